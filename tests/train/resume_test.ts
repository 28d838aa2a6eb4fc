// @tags slow
import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { encodeSafetensors } from "lib/nn";
import { trainRun } from "lib/runs";
import { smallDataset, smallTraining } from "../fixtures/small_training.ts";
import { decodeSafetensors } from "lib/nn/weights/safetensors.ts";
import { FILE_DIGEST, readSafetensors, writeSafetensors } from "lib/nn/weights/safetensors_file.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const dataset = await smallDataset();
const config = smallTraining({ epochs: 3, checkpointMinutes: 1e-6 });

const CHECKPOINT = "checkpoint.safetensors", PREVIOUS = "checkpoint.previous.safetensors", BEST = "best.safetensors";

/** Trains up to a step, or, without one, to the end; gives the run's folder, its losses and what was said. */
async function train(results: string, until?: number, acceptWithoutDigest = false) {
  const controller = new AbortController();
  const warnings: string[] = [];
  let first = 0;
  const run = await trainRun({
    config,
    dataset,
    results,
    acceptWithoutDigest,
    signal: controller.signal,
    onWarning: (warning) => warnings.push(warning),
    onProgress: ({ step }) => {
      first ||= step;
      if (step === until) controller.abort();
    },
  }).catch((error) => {
    if (!controller.signal.aborted) throw error;
  });
  const [{ name }] = await Array.fromAsync(Deno.readDir(results));
  return { folder: join(results, name), losses: run?.record.stepLosses, record: run?.record, warnings, first };
}

async function flip(path: string, at = -1000): Promise<void> {
  const bytes = await Deno.readFile(path);
  bytes[at < 0 ? bytes.length + at : at] ^= 1;
  await Deno.writeFile(path, bytes);
}

/** Changes a checkpoint's state, with a right digest. */
async function changeState(path: string, change: (state: Record<string, unknown>) => void): Promise<void> {
  const { arrays, metadata } = await readSafetensors(path);
  const state = JSON.parse(metadata.state);
  change(state);
  await writeSafetensors(path, arrays, { ...metadata, state: JSON.stringify(state) });
}

await using undisturbed = await temporaryFolder();
const { losses, folder: whole } = await train(undisturbed.path);
const best = await Deno.readFile(join(whole, BEST));

Deno.test("best weights that are damaged are made again from a checkpoint that was written after their epoch", async () => {
  await using folder = await temporaryFolder();
  const { folder: run } = await train(folder.path, 3);
  // The second epoch has begun, and the checkpoint before was written at the end of the first.
  await flip(join(run, BEST));
  const { warnings, ...resumed } = await train(folder.path);
  assert.match(warnings.join(), /best\.safetensors is damaged.*: best\.safetensors was made again from checkpoint/);
  assert.equal(resumed.first, 4);
  assert.deepEqual(resumed.losses, losses);
  assert.deepEqual(await Deno.readFile(join(run, BEST)), best);
});

Deno.test("where no checkpoint holds the best weights, training starts over, and says so before the first step", async () => {
  await using folder = await temporaryFolder();
  const { folder: run } = await train(folder.path, 4);
  for (const name of [CHECKPOINT, PREVIOUS]) {
    await changeState(join(run, name), (state) => {
      state.position = 1;
      state.losses = [0.5];
    });
  }
  await Deno.remove(join(run, BEST));
  const { warnings, ...resumed } = await train(folder.path);
  assert.match(warnings.join(), /best\.safetensors cannot be read.*: this training starts over/);
  assert.equal(resumed.first, 1);
  assert.deepEqual(resumed.losses, losses);
});

Deno.test("a state that cannot be is damage, whatever its digest says; so is a missing digest", async () => {
  await using folder = await temporaryFolder();
  const { folder: run } = await train(folder.path, 5);
  const path = join(run, CHECKPOINT);
  await changeState(path, (state) => state.epoch = 6);
  const { warnings } = await train(folder.path, 5);
  assert.match(
    warnings.join(),
    /its state: its counts.*do not agree: continuing from checkpoint\.previous\.safetensors/,
  );
  await changeState(path, (state) => delete state.best);
  assert.match((await train(folder.path, 5)).warnings.join(), /its state: best is missing: continuing from/);

  // As earlier versions wrote it.
  const strip = async (name: string) => {
    const { arrays, metadata } = decodeSafetensors(await Deno.readFile(join(run, name)));
    const { [FILE_DIGEST]: _, ...rest } = metadata;
    await Deno.writeFile(join(run, name), encodeSafetensors(arrays, rest));
  };
  await strip(CHECKPOINT);
  assert.match((await train(folder.path, 5)).warnings.join(), /has no digest.*: continuing from/);
  for (const name of [CHECKPOINT, PREVIOUS, BEST]) await strip(name).catch(() => {});
  await assert.rejects(train(folder.path), /checkpoint\.(previous\.)?safetensors has no digest.*--accept-earlier/);
  const resumed = await train(folder.path, undefined, true);
  assert.deepEqual([resumed.warnings, resumed.losses], [[], losses]);
});

Deno.test("without a sound checkpoint a training starts over and ends equal; what killed processes left goes", async () => {
  await using folder = await temporaryFolder();
  const { folder: run } = await train(folder.path, 4);
  for (const name of [CHECKPOINT, PREVIOUS]) await flip(join(run, name), 100);
  const left = join(run, `.${CHECKPOINT}.${Deno.pid}.partial`);
  await Deno.writeTextFile(left, "half");
  const { warnings, first, ...over } = await train(folder.path);
  assert.match(
    warnings.join(),
    /checkpoint\.safetensors .*checkpoint\.previous\.safetensors .*: this training starts over/,
  );
  assert.deepEqual([first, over.losses], [1, losses]);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(run), ({ name }) => name).then((names) => names.sort()), [
    "README.md",
    "best.safetensors",
    "config.json",
    "lock",
    "model.safetensors",
    "run.json",
  ]);
});

Deno.test("a training that goes on with other threads, or on another processor, says so and records both", async () => {
  await using folder = await temporaryFolder();
  const { folder: run } = await train(folder.path, 4);
  await changeState(join(run, CHECKPOINT), (state) => {
    state.machines = [{ threads: 64, device: "CPU", processor: "Other", instructions: "AVX2" }];
  });
  const { warnings, record } = await train(folder.path);
  assert.match(
    warnings.join(),
    /began with 64 threads of Other \(AVX2\) and continues with (\d+ threads? of|a GPU with) .*rounds differently.*differ/,
  );
  assert.deepEqual(record!.machines.map(({ processor }) => processor === "Other"), [true, false]);
  assert.equal(basename(run), record!.run);
});
