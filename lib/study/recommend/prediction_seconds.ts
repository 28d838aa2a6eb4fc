import { mean } from "../../math/mean.ts";
import type { RunRecord } from "../../runs/run_store.ts";

/** The parts of a record that tell how long its validations took. */
export type TimedRun = Pick<RunRecord, "run" | "history" | "seconds"> & {
  data: Pick<RunRecord["data"], "validation">;
};

/**
 * Computes the seconds that networks need for one image from the validations of their trainings. These include the
 * scores, so the prediction alone is faster.
 *
 * @param members each member's runs, one per fold
 * @returns seconds of all networks together; `null` if a member has no timed run
 */
export function predictionSeconds(members: readonly (readonly TimedRun[])[]): number | null {
  let total = 0;
  for (const runs of members) {
    const each = runs.flatMap(({ history, seconds, data }) => {
      const images = history.filter(({ validation }) => validation !== null).length * data.validation.length;
      return images > 0 && seconds.validation > 0 ? [seconds.validation / images] : [];
    });
    if (each.length === 0) return null;
    total += runs.length * mean(each);
  }
  return total;
}
