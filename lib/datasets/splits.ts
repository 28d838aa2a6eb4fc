import { type Dataset, DatasetError, sampleModality } from "./dataset.ts";
import { foregroundShare } from "../images/foreground.ts";
import { Random } from "../math/random.ts";
import { OptionError } from "../io/option_error.ts";

/** Sample indices of one fold's training and validation images. */
export interface Fold {
  training: number[];
  validation: number[];
}

/** The division of a data set. */
export interface Split {
  /** Indices of images that no training, threshold or ensemble may see; empty if there is no test split. */
  test: number[];
  /** Folds of all other images, each of which is used once for validation. */
  folds: Fold[];
}

/** Options of {@linkcode splitDataset}. */
export interface SplitOptions {
  /** Number of folds, 2 or more. Each image outside the test split is used for validation in one of them. */
  folds: number;
  /** Fraction of the images for testing, 0 to 0.5. Default 0. If the data set defines a test split, that is used. */
  testShare?: number;
  /** Seed of the random order of groups. Default 0. */
  seed?: number;
}

interface Group {
  members: number[];
  /** Number of images of each stratum. */
  strata: number[];
}

/** Returns the distinct groups in random order. */
export function shuffledGroups(groups: readonly string[], random: Random): string[] {
  const names = [...new Set(groups)].sort();
  return random.permutation(names.length).map((i) => names[i]);
}

/** Assigns each image's stratum: its modality, and the tercile of its foreground fraction within the modality. */
function assignStrata(dataset: Dataset): { stratum: Map<number, number>; count: number } {
  const stratum = new Map<number, number>();
  const byModality = Map.groupBy(dataset.samples.map((_, i) => i), (i) => sampleModality(dataset.samples[i]));
  let count = 0;
  for (const modality of [...byModality.keys()].sort()) {
    const ranked = byModality.get(modality)!
      .map((index) => ({ index, share: foregroundShare(dataset.samples[index].labels) }))
      .sort((a, b) => a.share - b.share || a.index - b.index);
    ranked.forEach(({ index }, rank) => stratum.set(index, count + Math.floor(3 * rank / ranked.length)));
    count += 3;
  }
  return { stratum, count };
}

/**
 * Distributes groups over bins that should get given fractions of every stratum: the largest groups first, each to the
 * bin that it brings closest to its fractions; groups of equal size in random order.
 */
function deal(groups: Group[], shares: readonly number[], random: Random): Group[][] {
  const strata = groups[0].strata.length;
  const totals = Array.from({ length: strata }, (_, s) => groups.reduce((sum, group) => sum + group.strata[s], 0));
  const images = totals.reduce((a, b) => a + b, 0);
  const order = random.permutation(groups.length).map((i) => groups[i]);
  order.sort((a, b) => b.members.length - a.members.length);
  const bins: Group[][] = shares.map(() => []);
  const held = shares.map(() => new Array<number>(strata).fill(0));
  order.forEach((group, dealt) => {
    const empty = bins.filter((bin) => bin.length === 0).length;
    // The increase of the bin's squared relative deviation; its size weighs as much as all strata together.
    const cost = (b: number) => {
      let strataCost = 0, before = 0;
      for (let s = 0; s < strata; s++) {
        before += held[b][s];
        if (totals[s] === 0) continue;
        const off = held[b][s] - shares[b] * totals[s];
        strataCost += ((off + group.strata[s]) ** 2 - off ** 2) / (shares[b] * totals[s]);
      }
      const off = before - shares[b] * images;
      return strataCost + ((off + group.members.length) ** 2 - off ** 2) / (shares[b] * images);
    };
    let best = -1;
    for (let b = 0; b < bins.length; b++) {
      // Every bin must get a group: the last groups are reserved for empty bins.
      if (order.length - dealt <= empty && bins[b].length > 0) continue;
      if (best < 0 || cost(b) < cost(best) - 1e-12) best = b;
    }
    bins[best].push(group);
    group.strata.forEach((n, s) => held[best][s] += n);
  });
  return bins;
}

/**
 * Splits a data set into a test split and k folds, by group and stratified. Images of one group (tiles of one field,
 * one patient, near-duplicates) are never on two sides; modality and foreground fraction are distributed as evenly as
 * the groups allow. The test split depends only on `testShare` and `seed`, not on the number of folds.
 *
 * @throws {DatasetError} if there are too few groups, or a group has test images and others.
 * @throws {OptionError} for an invalid test share.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { generateDataset, splitDataset } from "lib";
 *
 * const dataset = await generateDataset({ count: 60, size: 32 });
 * const { test, folds } = splitDataset(dataset, { folds: 4, testShare: 0.2 });
 * assert.equal(test.length, 12);
 * assert.deepEqual(folds.map(({ validation }) => validation.length), [12, 12, 12, 12]);
 * ```
 */
export function splitDataset(dataset: Dataset, { folds: k, testShare = 0, seed = 0 }: SplitOptions): Split {
  if (!(testShare >= 0 && testShare <= 0.5)) throw new OptionError(`testShare is ${testShare}: give 0 to 0.5`);
  const { stratum, count } = assignStrata(dataset);
  const byName = Map.groupBy(dataset.samples.map((_, i) => i), (i) => dataset.samples[i].group);
  const groups = [...byName.keys()].sort().map((name): Group & { name: string } => {
    const members = byName.get(name)!;
    const strata = new Array<number>(count).fill(0);
    for (const index of members) strata[stratum.get(index)!]++;
    return { name, members, strata };
  });
  const isTest = (index: number) => dataset.samples[index].split === "test";
  const mixed = groups.find(({ members }) => members.some(isTest) && !members.every(isTest));
  if (mixed) {
    throw new DatasetError(
      `${dataset.name}: the group "${mixed.name}" has test images and others: give its images one split, or other groups`,
    );
  }
  let tested: Group[] = groups.filter(({ members }) => isTest(members[0]));
  let rest: Group[] = groups.filter(({ members }) => !isTest(members[0]));
  const wanted = k + (testShare > 0 && tested.length === 0 ? 1 : 0);
  if (rest.length < wanted) {
    throw new DatasetError(
      `${dataset.name} has ${rest.length} groups, too few for ${k} folds${
        wanted > k ? " and a test split" : ""
      }: lower folds, or add images`,
    );
  }
  if (testShare > 0 && tested.length === 0) {
    [tested, rest] = deal(rest, [testShare, 1 - testShare], new Random(seed, 0x7e57));
    if (rest.length < k) {
      throw new DatasetError(
        `${dataset.name} has ${rest.length} groups without its test split, too few for ${k} folds: lower folds, or add images`,
      );
    }
  }
  const ascending = (groups: Group[]) => groups.flatMap(({ members }) => members).sort((a, b) => a - b);
  const bins = deal(rest, new Array(k).fill(1 / k), new Random(seed, 0xf01d5));
  const folds = bins.map((held) => ({
    training: ascending(bins.filter((bin) => bin !== held).flat()),
    validation: ascending(held),
  }));
  return { test: ascending(tested), folds };
}
