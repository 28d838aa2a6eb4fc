// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { createModel, ensemble, loadModel, type ModelUse, TrainedModel } from "lib";
import { exists } from "lib/io/exists.ts";
import { stateDict } from "lib/nn";
import { modelName } from "../../tasks/export.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { runTask } from "./run_task.ts";
import { saveSmallModel } from "./small_model.ts";

Deno.test("export writes an ONNX file, and replaces one only with --force", async () => {
  await using folder = await temporaryFolder();
  const run = join(folder.path, "run"), file = join(folder.path, "exported", "run.onnx");
  await saveSmallModel(join(run, "model.safetensors"));
  const first = await runTask("export", run, "--onnx", "--output", file);
  assert.equal(first.code, 0, first.error);
  assert.match(first.out, /Output probabilities: 1 channel \(foreground\)\.\n.*run\.onnx, 2\.8 MB\n$/);
  const content = await Deno.readFile(file);
  await Deno.writeTextFile(file, "kept");
  const second = await runTask("export", run, "--onnx", "--output", file);
  assert.deepEqual([second.code, second.out], [1, ""]);
  assert.match(second.error, /run\.onnx exists: add --force to replace it, or --output with another name\n$/);
  assert.equal(await Deno.readTextFile(file), "kept");
  for (const place of [join(folder.path, "exported"), join(folder.path, "new/")]) {
    const refused = await runTask("export", run, "--onnx", "--output", place, "--force");
    assert.match(
      refused.error,
      /(exported|new\/) is a folder: name a file in it, --output .*(exported|new)\/run\.onnx\n$/,
    );
  }
  const third = await runTask("export", run, "--onnx", "--output", file, "--force");
  assert.equal(third.code, 0, third.error);
  assert.deepEqual(await Deno.readFile(file), content);
  assert.deepEqual((await Array.fromAsync(Deno.readDir(join(folder.path, "exported")))).map(({ name }) => name), [
    "run.onnx",
  ]);
});

Deno.test("export writes an ensemble's folder as one file, and names what is missing", async () => {
  await using folder = await temporaryFolder();
  const both = join(folder.path, "both"), file = join(folder.path, "both.onnx");
  const member = (seed: number) =>
    new TrainedModel(createModel({ architecture: "pspnet", encoder: "mobilenet_v2", seed }), {
      normalization: "robust",
      threshold: 0.5,
    });
  using voting = ensemble([member(1), member(2)]);
  await voting.save(both);
  const written = await runTask("export", both, "--onnx", "--output", file);
  assert.equal(written.code, 0, written.error);
  assert.match(written.out, /both\.onnx, 0\.8 MB/);
  const weights = await runTask("weights", "export", both, "--to", join(folder.path, "one.safetensors"));
  assert.match(
    weights.error,
    /both is an ensemble of 2 models: give the file of one of them.*\n {2}.*member-1.safetensors\n {2}.*member-2.saf/,
  );
  assert.match(
    (await runTask("export", both)).error,
    /^The format is missing: add --onnx, --bioimageio or --page\n$/,
  );
  assert.match(
    (await runTask("export", both, "--onnx", "--page")).error,
    /^--onnx and --page are two files: write them/,
  );
  assert.match((await runTask("export", join(folder.path, "none"), "--onnx")).error, /^There is no model .*none: give/);
  assert.equal(await exists(join(folder.path, "none.onnx")), false);
});

Deno.test("export writes a bioimage.io package, from which import reads the same model", async () => {
  await using folder = await temporaryFolder();
  const at = (...names: string[]) => join(folder.path, ...names), zip = at("run.zip");
  const use: Partial<ModelUse> = { threshold: 0.37, objectParameters: { threshold: 0.45, prominence: 0.25 } };
  await saveSmallModel(at("run", "model.safetensors"), use);
  const written = await runTask("export", at("run"), "--bioimageio", "--output", zip, "--license", "CC-BY-4.0");
  assert.equal(written.code, 0, written.error);
  assert.match(
    written.out,
    /^Author: .+\. Name yourself with --author\.\nThe size of a pixel is not stated.*\n.*run\.zip, \d/,
  );
  const imported = await runTask("weights", "import", zip, "--to", at("imported.safetensors"));
  assert.equal(imported.code, 0, imported.error);
  const { model, ...found } = await loadModel(at("imported.safetensors"));
  assert.deepEqual(found, { normalization: "robust", ...use });
  const { model: first } = await loadModel(at("run", "model.safetensors"));
  const expected = stateDict(first);
  for (const [name, { data }] of stateDict(model)) assert.deepEqual(data, expected.get(name)!.data, name);
  model.dispose();
  first.dispose();
  assert.match(
    (await runTask("export", at("run"), "--bioimageio", "--onnx")).error,
    /^--onnx and --bioimageio are two/,
  );
});

Deno.test("the name of a model is that of its run's folder, of its file, or of its ensemble's folder", async () => {
  await using folder = await temporaryFolder();
  const at = (...names: string[]) => join(folder.path, ...names);
  await Deno.mkdir(at("nuclei-v1.2"));
  await Deno.writeTextFile(at("cells-0.5.safetensors"), "");
  assert.equal(await modelName(at("nuclei-v1.2")), "nuclei-v1.2");
  assert.equal(await modelName(at("nuclei-v1.2", "model.safetensors")), "nuclei-v1.2");
  assert.equal(await modelName(at("cells-0.5.safetensors")), "cells-0.5");
});
