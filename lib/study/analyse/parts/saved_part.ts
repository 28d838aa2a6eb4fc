import { join } from "node:path";
import { z } from "zod";
import { lockRun, requireHeld, RunInUseError, type RunLock } from "../../../runs/lock_run.ts";
import { readRecord, writeRecord } from "../../../runs/record_file.ts";
import { RunError } from "../../../runs/run_error.ts";
import type { AnalysisPart } from "./analysis_part.ts";

/** The folder of the saved parts in a study's folder, until its analysis is written. */
export const PARTS = "analysis-parts";

/** The file of a saved part in its folder. */
const PART = "part.json";

/** Options of {@linkcode savedPart}. */
export interface SavedPartOptions {
  /** Folder of the study. */
  results: string;
  /** Digest of all that the analysis depends on; a part with another one is computed again. */
  key: string;
  report: (done: number, doing: string) => void;
  signal?: AbortSignal;
}

/** Locks the folder of a part, and says so if it waits for another process. */
async function lockPart(folder: string, label: string, { report, signal }: SavedPartOptions): Promise<RunLock> {
  try {
    return await lockRun(folder);
  } catch (error) {
    if (!(error instanceof RunInUseError)) throw error;
    report(0, `waiting for another process that computes: ${label}`);
    return await lockRun(folder, { wait: true, signal });
  }
}

/**
 * Returns a part of an analysis: the saved one, or a new one, which is then saved. A second process that wants the same
 * part waits for the first.
 *
 * @throws {StoppedError} if the signal ended the wait.
 * @throws {LockError} if the study's folder cannot be written.
 */
export async function savedPart<Value>(
  { name, label, schema, compute }: AnalysisPart<Value>,
  options: SavedPartOptions,
): Promise<Value> {
  const { results, key, report } = options, folder = join(results, PARTS, name), path = join(folder, PART);
  const saved = z.object({ key: z.string(), value: schema });
  const read = () => readRecord(path, saved, { advice: `delete ${folder}` });
  using lock = await lockPart(folder, label, options);
  // A damaged part is computed again: it holds nothing else.
  const found = await read().catch((error) => {
    if (!(error instanceof RunError)) throw error;
  });
  if (found?.key === key) return found.value;
  const value = await compute(report);
  await requireHeld(lock, folder);
  await writeRecord(path, { key, value });
  // A part is the same whether this process computes it or another one did.
  return (await read())!.value;
}

/** Removes the saved parts of a study, except those on which another process works. */
export async function removeParts(results: string): Promise<void> {
  const parts = join(results, PARTS);
  for (const { name } of await Array.fromAsync(Deno.readDir(parts)).catch(() => [])) {
    const folder = join(parts, name);
    using lock = await lockRun(folder).catch(() => undefined);
    if (lock) await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
  // A part that another process computes stays, and is removed with the next analysis.
  await Deno.remove(parts).catch(() => {});
}
