import { availableParallelism } from "node:os";
import { withProgressBar } from "lib/display/progress_bar.ts";
import { provenance } from "lib/runs/provenance.ts";
import type { StressCheck, StressResult } from "./check.ts";
import type { StressEntry } from "./report.ts";

/** Options of {@linkcode runChecks}. */
export interface CheckOptions {
  /** Share of the full test's repetitions, above 0 and up to 1. */
  share: number;
  seed: number;
  /** Called with the result of each check. */
  onResult?: (entry: StressEntry) => Promise<void>;
}

/** Runs the checks in order. A check that throws has failed. */
export async function runChecks(
  checks: Readonly<Record<string, StressCheck>>,
  { share, seed, onResult }: CheckOptions,
): Promise<StressEntry[]> {
  const { threads: _, device: __, ...machine } = provenance();
  const entries: StressEntry[] = [];
  const names = Object.keys(checks);
  for (const [i, name] of names.entries()) {
    const { count: full, load } = checks[name];
    const count = Math.max(1, Math.round(share * full));
    const start = Date.now();
    const result = await withProgressBar(`${name} (${i + 1} of ${names.length})`, async (bar) => {
      let result: StressResult;
      try {
        const { run } = await load();
        result = await run({ count, seed, onProgress: (done) => void bar.update(done) });
      } catch (error) {
        const notes = [error instanceof Error ? error.stack ?? error.message : String(error)];
        result = { name, bar: "The check itself runs", passed: false, counts: {}, notes };
      }
      await bar.finish(result.passed ? "passed" : "MISSED");
      return result;
    });
    const seconds = (Date.now() - start) / 1000;
    // For example, predict marks its results with the commit, so they change with a new commit.
    if (provenance().commit !== machine.commit) {
      result.notes.push("The project changed while the check ran: repeat it in a checkout that does not change");
    }
    const entry = {
      ...result,
      name,
      count,
      full,
      seed,
      seconds,
      machine: { ...machine, cores: availableParallelism() },
    };
    entries.push(entry);
    await onResult?.(entry);
  }
  return entries;
}
