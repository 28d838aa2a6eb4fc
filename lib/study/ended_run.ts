import type { DigestOptions } from "../io/file_digest.ts";
import { finishedRun } from "../runs/finished_run.ts";
import { readDivergence } from "../runs/grid/train_job.ts";
import { readRun } from "../runs/run_store.ts";

/** Options of {@linkcode endedRun}. */
export interface EndedRunOptions extends DigestOptions {
  /** Called with the reason why a finished run is trained again. */
  onWarning?: (message: string) => void;
}

/** A run that needs no training: its record, or that its training diverged. */
export type EndedRun = "finished" | "diverged" | undefined;

/**
 * Checks whether a run has ended, without its data and without TensorFlow, so that a job that was repeated costs little.
 *
 * @param folder of the run
 * @returns `undefined` if it is to be trained
 * @throws {RunError} if its record is damaged, or has no digest.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { endedRun } from "lib/study";
 *
 * assert.equal(await endedRun("no-such-run"), undefined);
 * ```
 */
export async function endedRun(folder: string, options: EndedRunOptions = {}): Promise<EndedRun> {
  if (await readDivergence(folder, options)) return "diverged";
  const record = await readRun(folder, options);
  if (!record) return undefined;
  return await finishedRun(folder, record.config, { ...options, keepMaps: true }) && "finished";
}
