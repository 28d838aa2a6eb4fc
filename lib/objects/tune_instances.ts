import { IOU_THRESHOLDS, meanAveragePrecision } from "../evaluate/compare_objects.ts";
import { matchObjects } from "../evaluate/match_objects.ts";
import type { EmptyMaskScore } from "../evaluate/metrics.ts";
import { objectOverlaps } from "../evaluate/object_overlaps.ts";
import type { LabelImage } from "../images/image.ts";
import { clearVoid } from "../images/void.ts";
import { OptionError } from "../io/option_error.ts";
import { mean } from "../math/mean.ts";
import { checkLength } from "./check_length.ts";
import { checkShare } from "../io/check_share.ts";
import { checkArea } from "./check_options.ts";
import { type BorderInstanceOptions, separateBorder } from "./instances_from_border.ts";
import {
  foregroundDistances,
  type ForegroundInstanceOptions,
  separateForeground,
} from "./instances_from_foreground.ts";
import type { LabeledObjects } from "./labeled_objects.ts";
import { numberObjects } from "./number_objects.ts";

/** The parameters of each way to find objects. */
export interface InstanceParameters {
  /** Of `instancesFromForeground`. */
  foreground: Required<ForegroundInstanceOptions>;
  /** Of `instancesFromBorder`. */
  border: Required<BorderInstanceOptions>;
}

/** A way to find objects: from probabilities of foreground, or of background, interior and border. */
export type InstanceKind = keyof InstanceParameters;

/** The values to try of each parameter. */
export type InstanceGrid<Kind extends InstanceKind> = {
  readonly [Name in keyof InstanceParameters[Kind]]: readonly number[];
};

/** The grids of {@linkcode tuneInstances} by default. */
export const DEFAULT_GRIDS: { readonly [Kind in InstanceKind]: InstanceGrid<Kind> } = {
  foreground: { threshold: [0.5, 0.3, 0.4, 0.6, 0.7], prominence: [0.15, 0.1, 0.25], minArea: [0, 10, 30] },
  border: {
    threshold: [0.5, 0.4, 0.6],
    interior: [0.5, 0.3, 0.7],
    prominence: [0.25, 0.15, 1],
    minInterior: [0],
    minArea: [0, 10, 30],
  },
};

/** The parameters in pixels; the others are 0 to 1. */
const AREAS: readonly string[] = ["minArea", "minInterior"];

/** Parameters, and what they score. */
export interface TunedInstances<Kind extends InstanceKind> {
  /** The parameters with the highest score; of equals, the first of the table. */
  parameters: InstanceParameters[Kind];
  /** Mean over the images of the mean average precision at 0.5 to 0.95, 0 to 1. */
  score: number;
  /** The score of all combinations of the grid, the last parameter varying fastest. */
  table: { parameters: InstanceParameters[Kind]; score: number }[];
}

/** Options of {@linkcode tuneInstances}. */
export interface TuneInstancesOptions<Kind extends InstanceKind> {
  /** Values to try; a parameter without values keeps the default's. */
  grid?: Partial<InstanceGrid<Kind>>;
  /** Score of an image with neither true nor predicted objects. Default `one`. */
  empty?: EmptyMaskScore;
}

/**
 * Tries all combinations of parameters, and returns the one with the best mean average precision. Use predictions of
 * images that the model was not trained on. The score on these same images is then optimistic.
 *
 * @param kind the way to find objects
 * @param maps each image's probabilities, `[height, width]`, for `border` `[height, width, 3]`
 * @param labels each image's true objects; void pixels belong to none
 * @param options grid, and the score of empty images
 * @throws {OptionError} if a parameter has no value to try, or one outside its range.
 * @throws {RangeError} if a map has another size than its labels, or if there is no image.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tuneInstances } from "lib/objects";
 *
 * const labels = { width: 5, height: 1, data: Uint16Array.of(1, 1, 0, 2, 2) };
 * const maps = [[0.9, 0.8, 0.6, 0.8, 0.9]];
 * const tuned = tuneInstances("foreground", maps, [labels], { grid: { threshold: [0.5, 0.7] } });
 * assert.deepEqual(tuned.parameters, { threshold: 0.7, prominence: 0.15, minArea: 0 });
 * assert.equal(tuned.score, 1);
 * ```
 */
export function tuneInstances<Kind extends InstanceKind>(
  kind: Kind,
  maps: readonly ArrayLike<number>[],
  labels: readonly LabelImage[],
  { grid, empty = "one" }: TuneInstancesOptions<Kind> = {},
): TunedInstances<Kind> {
  if (maps.length === 0 || maps.length !== labels.length) {
    throw new RangeError(`${maps.length} maps and ${labels.length} label images: give a map for each label image`);
  }
  const values = { ...DEFAULT_GRIDS[kind], ...grid };
  for (const [name, list] of Object.entries<readonly number[]>(values)) {
    if (list.length === 0) throw new OptionError(`${name} has no values: give at least one`);
    for (const value of list) (AREAS.includes(name) ? checkArea : checkShare)(name, value);
  }
  maps.forEach((map, i) => checkLength(map, labels[i], "probability map", kind === "border" ? 3 : 1));
  const scores = new Map<string, { parameters: InstanceParameters[Kind]; scores: number[] }>();
  maps.forEach((map, i) => {
    for (const { parameters, objects } of candidates(kind, map, labels[i], values)) {
      const key = JSON.stringify(parameters);
      const row = scores.get(key) ?? { parameters, scores: [] };
      row.scores.push(imageScore(labels[i], objects));
      scores.set(key, row);
    }
  });
  const table = [...scores.values()].map((row) => ({
    parameters: row.parameters,
    score: mean(withoutEmpty(row.scores, empty)),
  }));
  const best = table.reduce((best, row) => row.score > best.score || Number.isNaN(best.score) ? row : best);
  return { ...best, table };
}

function imageScore(truth: LabelImage, { labels }: LabeledObjects): number {
  const overlaps = objectOverlaps(clearVoid(truth.data, truth), clearVoid(labels.data, truth));
  return meanAveragePrecision({ counts: IOU_THRESHOLDS.map((threshold) => matchObjects(overlaps, threshold)) });
}

function withoutEmpty(scores: readonly number[], empty: EmptyMaskScore): number[] {
  if (empty === "skip") return scores.filter((score) => !Number.isNaN(score));
  return scores.map((score) => Number.isNaN(score) ? Number(empty === "one") : score);
}

/** An image's objects for one combination of parameters. */
interface Candidate<Kind extends InstanceKind> {
  parameters: InstanceParameters[Kind];
  objects: LabeledObjects;
}

function candidates<Kind extends InstanceKind>(
  kind: Kind,
  map: ArrayLike<number>,
  size: LabelImage,
  grid: InstanceGrid<Kind>,
): Iterable<Candidate<Kind>> {
  const either = kind === "border"
    ? borderCandidates(map, size, grid as InstanceGrid<"border">)
    : foregroundCandidates(map, size, grid as InstanceGrid<"foreground">);
  return either as Iterable<Candidate<Kind>>;
}

function* foregroundCandidates(
  map: ArrayLike<number>,
  size: LabelImage,
  grid: InstanceGrid<"foreground">,
): Iterable<Candidate<"foreground">> {
  for (const threshold of grid.threshold) {
    const distances = foregroundDistances(map, size, threshold);
    for (const prominence of grid.prominence) {
      const labels = separateForeground(distances, prominence);
      for (const minArea of grid.minArea) {
        yield { parameters: { threshold, prominence, minArea }, objects: numberObjects(labels, size, minArea) };
      }
    }
  }
}

function* borderCandidates(
  map: ArrayLike<number>,
  size: LabelImage,
  grid: InstanceGrid<"border">,
): Iterable<Candidate<"border">> {
  const { minArea: areas, ...others } = grid;
  for (const parameters of combinations(others)) {
    const labels = separateBorder(map, size, parameters);
    for (const minArea of areas) {
      yield { parameters: { ...parameters, minArea }, objects: numberObjects(labels, size, minArea) };
    }
  }
}

/** Returns all combinations of the values, those of the last name varying fastest. */
function combinations<Name extends string>(
  grid: { readonly [name in Name]: readonly number[] },
): Record<Name, number>[] {
  let rows: Record<string, number>[] = [{}];
  for (const [name, values] of Object.entries<readonly number[]>(grid)) {
    rows = rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value })));
  }
  return rows as Record<Name, number>[];
}
