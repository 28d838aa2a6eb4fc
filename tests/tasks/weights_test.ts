// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { createModel, loadModel, type ModelUse, saveModel } from "lib";
import { readWeights, stateDict, writeSafetensors } from "lib/nn";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { runTask } from "./run_task.ts";

Deno.test("export and import keep weights, options and use; -p changes them", async () => {
  await using folder = await temporaryFolder();
  const at = (name: string) => join(folder.path, `${name}.safetensors`);
  const model = createModel({ architecture: "pspnet", encoder: "mobilenet_v2", inChannels: 1, seed: 4 });
  const use: ModelUse = {
    normalization: "zscore",
    threshold: 0.37,
    contrastFloor: { structure: 82, range: 18, medianRange: 35 },
    trainingStatistics: {
      images: 3,
      channels: [1],
      depths: [{ bits: 16, dark: [100, 200], bright: [3000, 5000], span: [2900, 4800] }],
      background: [0, 0.1],
      diameter: [12, 24.5],
    },
    objectParameters: { threshold: 0.45, prominence: 0.25, minArea: 3 },
  };
  await saveModel(at("model"), model, use);
  const exported = await runTask("weights", "export", at("model"), "--to", at("exported"));
  assert.equal(exported.code, 0, exported.error);
  assert.match(exported.out, /pspnet with mobilenet_v2, normalisation zscore, threshold 0\.37: /);

  assert.match(
    exported.out,
    /\nIn Python: smp\.PSPNet\("mobilenet_v2", encoder_weights=None, in_channels=1, classes=1\)\n$/,
  );
  const imported = await runTask("weights", "import", at("exported"), "--to", at("imported"));
  assert.equal(imported.code, 0, imported.error);
  assert.match(imported.out, /contains a whole model with segmentation_models\.pytorch's names/);
  assert.match(imported.out, /Normalisation zscore, threshold 0\.37\./);
  const { model: found, ...same } = await loadModel(at("imported"));
  assert.deepEqual(same, use);
  assert.equal(found.inChannels, 1);
  const expected = stateDict(model);
  for (const [name, { data }] of stateDict(found)) assert.deepEqual(data, expected.get(name)!.data, name);

  const parameters = (...given: string[]) => given.flatMap((parameter) => ["-p", parameter]);
  const given = parameters("normalization=robust", "threshold=0.6");
  const replaced = await runTask("weights", "import", at("exported"), "--to", at("model"), ...given);
  assert.match(replaced.error, /model\.safetensors exists: add --force to replace it, or --to with another name\n$/);
  assert.equal((await runTask("weights", "export", at("exported"), "--to", at("model"))).error, replaced.error);
  const inFolder = await runTask("weights", "import", at("exported"), "--to", folder.path, "--force");
  assert.match(inFolder.error, /is a folder: name a file in it, --to .*\/model\.safetensors\n$/);
  const changed = await runTask("weights", "import", at("exported"), "--to", at("changed"), ...given);
  assert.equal(changed.code, 0, changed.error);
  const { model: other, ...now } = await loadModel(at("changed"));
  assert.deepEqual(now, {
    ...use,
    normalization: "robust",
    threshold: 0.6,
    objectParameters: { ...use.objectParameters, threshold: 0.6 },
  });

  const state = join(folder.path, "state.pth"), pth = await runTask("weights", "export", at("model"), "--to", state);
  assert.equal(pth.code, 0, pth.error);
  assert.match(pth.out, /^A \.pth file holds weights only\. .*\npspnet with mobilenet_v2.*state\.pth\nIn Python: /);
  using read = await readWeights(state);
  assert.deepEqual(read.arrays, stateDict(model));

  // A file of another program says nothing: what it leaves open is said to be assumed.
  await writeSafetensors(at("foreign"), stateDict(model));
  const foreign = (...more: string[]) =>
    runTask("weights", "import", at("foreign"), "--to", at("adopted"), "--force", ...parameters(...more));
  assert.match((await foreign()).error, /does not say its architecture: -p architecture=unet or deeplabv3/);
  const adopted = await foreign("architecture=pspnet", "encoder=mobilenet_v2", "inChannels=1", "normalization=depth");
  assert.match(adopted.out, /Normalisation depth, threshold 0\.5 \(defaults for/);
  const { model: third, normalization, threshold, contrastFloor } = await loadModel(at("adopted"));
  assert.deepEqual([normalization, threshold, contrastFloor], ["depth", 0.5, undefined]);
  // Its metadata may have our names and another meaning.
  await writeSafetensors(at("foreign"), stateDict(model), { model: "resnet34", threshold: "otsu", contrastFloor: "{" });
  const taken = await foreign("architecture=pspnet", "encoder=mobilenet_v2", "inChannels=1", "normalization=depth");
  assert.match(taken.out, /Normalisation depth, threshold 0\.5 \(defaults for/, taken.error);
  const wrongName = await runTask("weights", "import", state, "--to", state, "--force");
  assert.match(wrongName.error, /state\.pth, but import writes a safetensors file: name it .*state\.safetensors\n$/);
  const refused = await foreign("architecture=unet", "encodr=resnet18");
  assert.equal(refused.code, 1);
  assert.match(refused.error, /^There is no option "encodr": did you mean "encoder"\?\n$/);
  for (const each of [model, found, other, third]) each.dispose();
  assert.match((await runTask("weights")).error, /Usage: deno task weights pretrained, or/);
});
