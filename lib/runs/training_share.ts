import type { Dataset } from "../datasets/dataset.ts";
import { shuffledGroups } from "../datasets/splits.ts";
import { Random } from "../math/random.ts";
import { SPLIT_SEED } from "./scorable.ts";

/** A share of the groups that some images belong to, at least one, in an order that the split's seed draws. */
export function sampleGroups(dataset: Dataset, indices: readonly number[], share: number): number[] {
  if (share === 1) return [...indices];
  const order = shuffledGroups(indices.map((index) => dataset.samples[index].group), new Random(SPLIT_SEED, 0x5a4e));
  const kept = new Set(order.slice(0, Math.max(1, Math.round(share * order.length))));
  return indices.filter((index) => kept.has(dataset.samples[index].group));
}
