import { type Dataset, DatasetError } from "./dataset.ts";
import { Random } from "./random.ts";

/** Sample indices of one fold's training and validation images. */
export interface Fold {
  training: number[];
  validation: number[];
}

/**
 * Splits a data set into k folds by group: no group is on both sides of a fold. Groups are dealt
 * out largest first, each to the fold that has the fewest images, ties in an order drawn from the seed.
 *
 * @throws {DatasetError} if there are fewer groups than folds.
 */
export function groupedFolds(dataset: Dataset, k: number, seed: number): Fold[] {
  const members = new Map<string, number[]>();
  dataset.samples.forEach(({ group }, i) => members.set(group, [...(members.get(group) ?? []), i]));
  if (members.size < k) {
    throw new DatasetError(
      `${dataset.name} has ${members.size} groups, too few for ${k} folds: ask for ${
        members.size > 1 ? `${members.size} or fewer` : "none, or add images"
      }`,
    );
  }
  const names = [...members.keys()].sort();
  const order = new Random(seed, 0xf01d5).permutation(names.length).map((i) => members.get(names[i])!);
  order.sort((a, b) => b.length - a.length);
  const folds: number[][] = Array.from({ length: k }, () => []);
  for (const group of order) {
    const smallest = folds.reduce((best, fold) => fold.length < best.length ? fold : best);
    smallest.push(...group);
  }
  return folds.map((validation) => {
    const held = new Set(validation);
    return {
      training: dataset.samples.map((_, i) => i).filter((i) => !held.has(i)),
      validation: validation.toSorted((a, b) => a - b),
    };
  });
}
