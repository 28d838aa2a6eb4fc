import assert from "node:assert/strict";
import { join } from "node:path";
import { createModel, saveModel, train } from "lib";
import { withFileStatistics } from "lib/runs/file_statistics.ts";
import { writeSafetensors } from "lib/nn/weights/safetensors_file.ts";
import { stateDict } from "lib/nn/weights/state_dict.ts";
import { SMALL, smallDataset } from "../fixtures/small_training.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const small = { ...SMALL, epochs: 1 };

/** Writes a fresh model's file. */
async function writeModel(path: string, inputStatistics: "none" | "imagenet"): Promise<string> {
  const model = createModel({ ...SMALL, inputStatistics });
  await saveModel(path, model, { normalization: "robust", threshold: 0.5 });
  model.dispose();
  return path;
}

Deno.test("a training that starts from a model has its input statistics, and refuses others", async () => {
  await using folder = await temporaryFolder();
  const encoderWeights = await writeModel(join(folder.path, "model.safetensors"), "imagenet");
  const dataset = await smallDataset(), settings = { results: join(folder.path, "results") };
  using trained = await train({ ...small, encoderWeights }, dataset, settings);
  assert.equal(trained.record.config.inputStatistics, "imagenet");
  using again = await train({ ...small, encoderWeights, inputStatistics: "imagenet" }, dataset, settings);
  assert.equal(again.folder, trained.folder);
  await assert.rejects(train({ ...small, encoderWeights, inputStatistics: "none" }, dataset, settings), {
    name: "OptionError",
    message: `inputStatistics is "none", but ${encoderWeights} was trained with "imagenet": ` +
      "give -p inputStatistics=imagenet",
  });
});

Deno.test("only the file of a model of this project decides the statistics, and only if the options leave them out", async () => {
  await using folder = await temporaryFolder();
  const find = async (options: { encoderWeights?: string; inputStatistics?: string }) =>
    (await withFileStatistics(options)).inputStatistics;
  const encoderWeights = await writeModel(join(folder.path, "imagenet.safetensors"), "imagenet");
  assert.equal(await find({ encoderWeights }), "imagenet");
  assert.equal(await find({ encoderWeights, inputStatistics: "none" }), "none");
  assert.equal(await find({ encoderWeights: await writeModel(join(folder.path, "none.safetensors"), "none") }), "none");
  const other = join(folder.path, "other.safetensors"), model = createModel(SMALL);
  await writeSafetensors(other, stateDict(model), { model: "mobilenet" });
  model.dispose();
  for (const source of [other, "missing.safetensors", "imagenet", "none", undefined]) {
    assert.equal(await find({ encoderWeights: source }), undefined, String(source));
  }
});
