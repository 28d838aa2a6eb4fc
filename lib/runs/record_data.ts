import type { Dataset, Sample } from "../datasets/dataset.ts";
import type { RunRecord } from "./run_store.ts";

/**
 * Returns what the record of a run says of its data.
 *
 * @param split the samples of each part
 */
export function recordData(
  { name, fingerprint, samples }: Dataset,
  split: Record<"training" | "validation" | "test", readonly Sample[]>,
): RunRecord["data"] {
  const ids = (part: readonly Sample[]) => part.map(({ id }) => id);
  return {
    name,
    fingerprint,
    images: samples.length,
    groups: new Set(samples.map(({ group }) => group)).size,
    training: ids(split.training),
    validation: ids(split.validation),
    test: ids(split.test),
  };
}
