// @tags slow
import assert from "node:assert/strict";
import { createModel, runtimeInfo } from "lib";
import { projectFolder } from "lib/runs";
import { readRuns } from "lib/study";
import { DIRECT, EARLIER_AVX2 } from "lib/nn/algorithms/algorithm_table.ts";
import { Predictor } from "lib/nn/inference/predictor.ts";
import { stateDict } from "lib/nn/weights/state_dict.ts";
import { withBestPredictor } from "lib/runs/best_predictor.ts";
import { runMachines } from "lib/runs/run_machines.ts";
import { writeBestWeights } from "lib/train/best_weights.ts";
import { recordedAlgorithms } from "lib/train/machine.ts";
import { smallTraining } from "../fixtures/small_training.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const [{ provenance }] = await readRuns(`${projectFolder()}/tests/fixtures/earlier-study/quick`);
const config = smallTraining({ architecture: "unet", encoder: "resnet18" });
const record = { config, configHash: "hash", bestEpoch: 1, machines: [], provenance };
const machine = { threads: 1, device: "CPU", processor: "", instructions: "AVX2", algorithms: "" };

Deno.test("a record without machines has the one of its provenance", () => {
  const { threads, device, processor } = provenance;
  assert.deepEqual(runMachines(record), [{ threads, device, processor, instructions: "", algorithms: "" }]);
  assert.deepEqual(runMachines({ machines: [machine], provenance }), [machine]);
});

Deno.test("a finished run is predicted with the algorithms of its last machine, or with those of its time", async () => {
  await using folder = await temporaryFolder();
  const model = createModel({ ...config, seed: 1 });
  await writeBestWeights(folder.path, stateDict(model), { hash: "hash", epoch: 1 });
  const images = [{
    width: 128,
    height: 128,
    channels: 3,
    pixels: new Float32Array(128 * 128 * 3).map((_, i) => i % 7 / 7),
  }];
  const expected = async (algorithms: string) => {
    const predictor = new Predictor(model, { algorithms, engine: "TensorFlow" });
    const maps = await predictor.predict(images);
    predictor.dispose();
    return maps;
  };
  const maps = (given: Partial<Parameters<typeof withBestPredictor>[1]>) =>
    withBestPredictor(folder.path, { ...record, ...given }, (predictor) => predictor.predict(images));
  const direct = { ...machine, algorithms: DIRECT };
  assert.deepEqual(await maps({ machines: [direct, machine] }), await expected(EARLIER_AVX2));
  assert.deepEqual(await maps({ machines: [machine, direct] }), await expected(DIRECT));
  // A GPU chooses its algorithms itself.
  if (runtimeInfo().device === "CPU") assert.notDeepEqual(await expected(EARLIER_AVX2), await expected(DIRECT));
  assert.deepEqual(await maps({}), await expected(recordedAlgorithms(runMachines(record)[0])));
  model.dispose();
});

Deno.test("a finished run whose algorithms the table lacks says how to predict it", async () => {
  const machines = [{ ...machine, algorithms: "of-another-table" }];
  await assert.rejects(
    withBestPredictor("run", { ...record, machines }, () => Promise.resolve()),
    /^RunError: run: this run was trained with the algorithms "of-another-table", .*add the entry .* or delete the folder/,
  );
});
