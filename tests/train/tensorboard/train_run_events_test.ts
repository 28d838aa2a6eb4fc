// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { trainRun } from "lib/runs";
import { listEventFiles, readEventSteps } from "lib/train/tensorboard/event_files.ts";
import { smallDataset, smallTraining } from "../../fixtures/small_training.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

const dataset = await smallDataset();
const config = smallTraining({ epochs: 3, gradientNorm: true, checkpointMinutes: 1e-6 });

Deno.test("a run writes its curves while it trains, goes on after a stop, and writes them from a finished record", async () => {
  await using folder = await temporaryFolder();
  const results = join(folder.path, "results"), controller = new AbortController();
  const onProgress = ({ step }: { step: number }) => step === 3 && controller.abort();
  await assert.rejects(
    trainRun({ config, dataset, results, tensorboard: true, signal: controller.signal, onProgress }),
    /Stopped at step 3/,
  );
  const run = await trainRun({ config, dataset, results, tensorboard: true });
  const each = [1, 2, 2, 3, 4, 4, 5, 6, 6];
  assert.deepEqual(await readEventSteps(run.folder), each);
  assert.equal((await listEventFiles(run.folder)).length, 2);

  for (const name of await listEventFiles(run.folder)) await Deno.remove(join(run.folder, name));
  assert.ok((await trainRun({ config, dataset, results })).reused);
  assert.deepEqual(await readEventSteps(run.folder), []);
  for (let again = 0; again < 2; again++) await trainRun({ config, dataset, results, tensorboard: true });
  assert.deepEqual(await readEventSteps(run.folder), each);
  assert.equal((await listEventFiles(run.folder)).length, 1);
});

Deno.test("a training that ended without curves has all of them after the same command with them", async () => {
  await using folder = await temporaryFolder();
  const results = folder.path, controller = new AbortController();
  const onProgress = ({ step }: { step: number }) => step === 4 && controller.abort();
  await assert.rejects(
    trainRun({ config, dataset, results, tensorboard: true, signal: controller.signal, onProgress }),
    /Stopped at step 4/,
  );
  const run = await trainRun({ config, dataset, results });
  assert.equal((await readEventSteps(run.folder)).at(-1), 4);
  assert.ok((await trainRun({ config, dataset, results, tensorboard: true })).reused);
  assert.deepEqual(await readEventSteps(run.folder), [1, 2, 2, 3, 4, 4, 5, 6, 6]);
});
