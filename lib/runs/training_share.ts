import type { Dataset } from "../datasets/dataset.ts";
import { shuffledGroups } from "../datasets/splits.ts";
import { Random } from "../math/random.ts";
import { SPLIT_SEED } from "./scorable.ts";

/** Draws a share of the groups of images, at least one, in an order from the split's seed. */
export function sampleGroups(dataset: Dataset, indices: readonly number[], share: number): number[] {
  if (share === 1) return [...indices];
  const order = shuffledGroups(indices.map((index) => dataset.samples[index].group), new Random(SPLIT_SEED, 0x5a4e));
  const kept = new Set(order.slice(0, Math.max(1, Math.round(share * order.length))));
  return indices.filter((index) => kept.has(dataset.samples[index].group));
}
