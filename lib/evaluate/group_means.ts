import { mean } from "../math/mean.ts";

/** Computes the mean of each group, in the order of first appearance. */
export function groupMeans(values: ArrayLike<number>, groups: readonly string[]): number[] {
  const members = Map.groupBy(groups.keys(), (i) => groups[i]);
  return [...members.values()].map((indices) => mean(indices.map((i) => values[i])));
}
