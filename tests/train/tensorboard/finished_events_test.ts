import assert from "node:assert/strict";
import { join } from "node:path";
import { listEventFiles, readEventSteps } from "lib/train/tensorboard/event_files.ts";
import { EventLog } from "lib/train/tensorboard/event_log.ts";
import { hasFinishedEvents, writeFinishedEvents } from "lib/train/tensorboard/finished_events.ts";
import { smallTraining } from "../../fixtures/small_training.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

const config = smallTraining({ epochs: 3 });
const scores = { dice: 0.5, iou: 0.25, microDice: 0.5, microIou: 0.25, images: 2 };
const done = {
  config,
  stepLosses: [6, 5, 4, 3, 2, 1],
  gradientNorms: [],
  history: [1, 2, 3].map((epoch) => ({
    epoch,
    loss: epoch,
    learningRate: 0,
    validation: scores,
    smoothedDice: null,
  })),
};
const all = [1, 2, 2, 3, 4, 4, 5, 6, 6];

Deno.test("the curves of a finished training are completed if it ended without them", async () => {
  for (const until of [0, 1, 4, 6]) {
    await using folder = await temporaryFolder();
    {
      using log = await EventLog.open({ ...done, stepLosses: [], history: [] }, {
        folder: folder.path,
        epochSteps: 2,
        learningRate: () => 1,
      });
      // The values of the last epoch are missing.
      for (let step = 1; step <= until; step++) log.writeStep(step, 1);
    }
    assert.equal(await hasFinishedEvents(folder.path, done), false);
    await writeFinishedEvents(folder.path, done);
    assert.equal(await hasFinishedEvents(folder.path, done), true);
    assert.deepEqual((await readEventSteps(folder.path)).slice(-3), [5, 6, 6]);
    const files = await listEventFiles(folder.path);
    await writeFinishedEvents(folder.path, done);
    assert.deepEqual(await listEventFiles(folder.path), files);
  }
});

Deno.test("curves that a killed process left incomplete are completed, wherever it stopped", async () => {
  await using whole = await temporaryFolder();
  await writeFinishedEvents(whole.path, done);
  const [name] = await listEventFiles(whole.path), bytes = await Deno.readFile(join(whole.path, name));
  for (let size = 0; size < bytes.length; size += 37) {
    await using folder = await temporaryFolder();
    await Deno.writeFile(join(folder.path, name), bytes.subarray(0, size));
    await writeFinishedEvents(folder.path, done);
    assert.deepEqual(await readEventSteps(folder.path), all, `${size} of ${bytes.length} bytes`);
  }
});
