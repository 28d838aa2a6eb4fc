// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { trainRun } from "lib/runs";
import { LOCK, lockRun, RunInUseError } from "lib/runs/lock_run.ts";
import { OWNER } from "lib/runs/lock_owner.ts";
import { NonFiniteLossError } from "lib/train/non_finite_loss_error.ts";
import { smallDataset, smallTraining } from "../fixtures/small_training.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const dataset = await smallDataset();

/** The files of a run's folder but its locks, with the times of their last change. */
function state(folder: string): Record<string, number> {
  return Object.fromEntries(
    [...Deno.readDirSync(folder)].filter(({ name }) => name !== LOCK && name !== OWNER).map(({ name }) => [
      name,
      Deno.statSync(join(folder, name)).mtime!.getTime(),
    ]),
  );
}

Deno.test("a process that lost its run to another computer writes no checkpoint, no maps and no model any more", async () => {
  for (const phase of ["training", "validation"] as const) {
    await using results = await temporaryFolder();
    // A checkpoint would follow every step.
    const config = smallTraining({ epochs: 1, checkpointMinutes: 1e-6 });
    const other = JSON.stringify({ host: "node8", pid: 7, token: "other" });
    let folder = "", before: Record<string, number> | undefined;
    await assert.rejects(
      trainRun({
        config,
        dataset,
        results: results.path,
        keepMaps: true,
        keepWeights: true,
        onProgress(progress) {
          if (before || progress.phase !== phase) return;
          folder = join(results.path, [...Deno.readDirSync(results.path)][0].name);
          Deno.writeTextFileSync(join(folder, OWNER), other);
          before = state(folder);
        },
      }),
      (error: Error) =>
        error instanceof RunInUseError && /Another computer took over .* works on it/.test(error.message),
    );
    assert.deepEqual(state(folder), before, phase);
    assert.equal(await Deno.readTextFile(join(folder, OWNER)), other);
  }
});

Deno.test("a training that diverges is recorded while its folder is locked", async () => {
  await using results = await temporaryFolder();
  let refusals = 0;
  await assert.rejects(
    trainRun({
      config: smallTraining({ learningRate: 1e30, normalization: "depth" }),
      dataset,
      results: results.path,
      async onDivergence({ message }, folder) {
        assert.match(message, /lower learningRate/);
        await assert.rejects(lockRun(folder), RunInUseError);
        refusals++;
      },
    }),
    NonFiniteLossError,
  );
  assert.equal(refusals, 1);
});
