// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { runtimeInfo } from "lib";
import { trainRun } from "lib/runs";
import { DIRECT, EARLIER_AVX2 } from "lib/nn/algorithms/algorithm_table.ts";
import { readSafetensors, writeSafetensors } from "lib/nn/weights/safetensors_file.ts";
import { thisMachine } from "lib/train/machine.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { smallDataset, smallTraining } from "../fixtures/small_training.ts";

const dataset = await smallDataset();
const config = smallTraining({ encoder: "resnet18", batchSize: 4, epochs: 2, checkpointMinutes: 1e-6 });

/** Trains with an entry of the table, up to a step or to the end. */
async function train(results: string, algorithms?: string, until?: number) {
  const controller = new AbortController();
  const run = await trainRun({
    config,
    dataset,
    results,
    algorithms,
    signal: controller.signal,
    onProgress: ({ step }) => step === until && controller.abort(),
  }).catch((error) => {
    if (!controller.signal.aborted) throw error;
  });
  return run && { ...run, maps: await run.predict() };
}

/** Changes the machines of the checkpoints in the only run of a folder, with a right digest. */
async function changeMachines(results: string, change: (machine: Record<string, unknown>) => void): Promise<void> {
  const [{ name }] = await Array.fromAsync(Deno.readDir(results));
  for (const file of ["checkpoint.safetensors", "checkpoint.previous.safetensors"]) {
    const path = join(results, name, file);
    const { arrays, metadata } = await readSafetensors(path);
    const state = JSON.parse(metadata.state);
    state.machines.forEach(change);
    await writeSafetensors(path, arrays, { ...metadata, state: JSON.stringify(state) });
  }
}

await using undisturbed = await temporaryFolder();
const winograd = await train(undisturbed.path, EARLIER_AVX2);

Deno.test("a training that began with another entry continues with it, and gives the same bits", async () => {
  await using folder = await temporaryFolder();
  await train(folder.path, EARLIER_AVX2, 2);
  const resumed = await train(folder.path, DIRECT);
  assert.deepEqual(resumed!.record.machines, [{ ...thisMachine(), algorithms: EARLIER_AVX2 }]);
  assert.deepEqual(resumed!.record.stepLosses, winograd!.record.stepLosses);
  assert.deepEqual(resumed!.maps, winograd!.maps);

  await using other = await temporaryFolder();
  const direct = await train(other.path, DIRECT);
  // A GPU chooses its algorithms itself.
  if (runtimeInfo().device === "CPU") {
    assert.notDeepEqual(direct!.record.stepLosses, winograd!.record.stepLosses);
  }
  assert.equal(direct!.record.machines[0].algorithms, DIRECT);
});

Deno.test("a training that recorded no algorithms continues with those of its processor at that time", async () => {
  await using folder = await temporaryFolder();
  await train(folder.path, EARLIER_AVX2, 2);
  await changeMachines(folder.path, (machine) => {
    delete machine.algorithms;
    machine.instructions = "AVX2";
  });
  assert.deepEqual((await train(folder.path, DIRECT))!.record.stepLosses, winograd!.record.stepLosses);
});

Deno.test("a training whose algorithms the table lacks does not continue with others", async () => {
  await using folder = await temporaryFolder();
  await train(folder.path, EARLIER_AVX2, 2);
  await changeMachines(folder.path, (machine) => machine.algorithms = "of-another-table");
  await assert.rejects(train(folder.path), /began with the algorithms "of-another-table", which the table lacks: add/);
});
