import assert from "node:assert/strict";
import { join } from "node:path";
import { readFields } from "lib/io/protobuf.ts";
import { readRecords } from "lib/io/tf_record.ts";
import { readEvent } from "lib/train/tensorboard/event.ts";
import { listEventFiles } from "lib/train/tensorboard/event_files.ts";
import { EventLog } from "lib/train/tensorboard/event_log.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

const STEPS = 12, EPOCH = 3;
const loss = (step: number) => 1 / step;
const scores = { dice: 0.5, iou: 0.25, microDice: 0.5, microIou: 0.25, images: 2 };
const epochRecord = (epoch: number) => ({
  epoch,
  loss: epoch,
  learningRate: 0,
  validation: scores,
  smoothedDice: null,
});

/** What a training has done after so many steps. */
const done = (steps: number) => ({
  stepLosses: Array.from({ length: steps }, (_, i) => loss(i + 1)),
  gradientNorms: [],
  history: Array.from({ length: Math.floor(steps / EPOCH) }, (_, i) => epochRecord(i + 1)),
});

/** Trains from a checkpoint of so many steps up to a step. */
async function sitting(folder: string, from: number, to: number): Promise<void> {
  using log = await EventLog.open(done(from), { folder, epochSteps: EPOCH, learningRate: (step) => step / 100 });
  for (let step = from + 1; step <= to; step++) {
    log.writeStep(step, loss(step), undefined);
    if (step % EPOCH === 0) log.writeEpoch(epochRecord(step / EPOCH));
  }
}

/** The events with values in all files, as steps and tags. */
async function readAll(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await listEventFiles(folder)) {
    for (const { data } of readRecords(await Deno.readFile(join(folder, name)))) {
      const { step, hasValues } = readEvent(data);
      if (!hasValues) continue;
      const [, summary] = Array.from(readFields(data)).find(([field]) => field === 5)!;
      const tags = Array.from(readFields(summary as Uint8Array), ([, value]) => {
        const [[, tag]] = readFields(value as Uint8Array);
        return new TextDecoder().decode(tag as Uint8Array);
      });
      found.push(`${step} ${tags[0]} ${tags.length}`);
    }
  }
  return found;
}

await using whole = await temporaryFolder();
await sitting(whole.path, 0, STEPS);
const expected = await readAll(whole.path);

Deno.test("a log has two values for each step and five for each epoch", () => {
  assert.equal(expected.length, STEPS + STEPS / EPOCH);
  assert.deepEqual(expected.slice(0, 4), ["1 train/loss 2", "2 train/loss 2", "3 train/loss 2", "3 epoch/loss 5"]);
});

Deno.test("a training that continues from an earlier step leaves no step twice, and none out", async () => {
  for (const from of [0, 1, 3, 5, 6, 9]) {
    await using folder = await temporaryFolder();
    await sitting(folder.path, 0, 7);
    await sitting(folder.path, Math.min(from, 7), 8);
    await sitting(folder.path, Math.min(from, 8), STEPS);
    assert.deepEqual(await readAll(folder.path), expected, `from step ${from}`);
  }
});

Deno.test("a damaged end and a sitting without a log are made good from the checkpoint", async () => {
  await using folder = await temporaryFolder();
  await sitting(folder.path, 0, 7);
  const [name] = await listEventFiles(folder.path), path = join(folder.path, name);
  const { size } = await Deno.stat(path);
  await Deno.truncate(path, size - 5);
  await sitting(folder.path, 10, STEPS);
  assert.deepEqual(await readAll(folder.path), expected);
});

Deno.test("later files sort after earlier ones, also if the clock is set back, and say from where they go on", async () => {
  await using folder = await temporaryFolder();
  await sitting(folder.path, 0, 4);
  const [first] = await listEventFiles(folder.path);
  await Deno.rename(join(folder.path, first), join(folder.path, "events.out.tfevents.4000000000.curves"));
  await sitting(folder.path, 2, 6);
  const names = await listEventFiles(folder.path);
  assert.deepEqual(names, ["events.out.tfevents.4000000000.curves", "events.out.tfevents.4000000001.curves"]);
  const records = Array.from(readRecords(await Deno.readFile(join(folder.path, names[1]))), ({ data }) => data);
  assert.deepEqual(records.slice(0, 3).map((data) => readEvent(data)), [
    { step: 0, hasValues: false },
    { step: 2, hasValues: false },
    { step: 2, hasValues: true },
  ]);
});

Deno.test("a training that ends before its first step leaves no file", async () => {
  await using folder = await temporaryFolder();
  await sitting(folder.path, 0, 0);
  assert.deepEqual(await listEventFiles(folder.path), []);
});
