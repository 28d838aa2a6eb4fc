import type { LabelImage } from "../images/image.ts";
import { boundaryBand } from "./calibration.ts";
import { connectedComponents } from "./components.ts";
import { anyMemberPredicts } from "./diversity.ts";

/** A prediction's errors, counted by pixels and by objects. */
export interface ErrorCounts {
  /** Wrong pixels within two pixels of a true outline. */
  boundaryPixels: number;
  /** Wrong pixels elsewhere. */
  otherPixels: number;
  /** True objects. */
  objects: number;
  /** True objects of which fewer than half of the pixels were found. */
  missed: number;
  /** Missed objects that are smaller than the given area. */
  missedSmall: number;
  /** True objects smaller than the given area. */
  small: number;
  /** True objects of which two or more predicted parts each cover at least a tenth. */
  split: number;
  /** Predicted parts that cover at least half of each of two or more true objects. */
  merged: number;
  /** Predicted parts of which less than a tenth is foreground. */
  spurious: number;
}

/** Makes counts of zero. */
export function emptyErrorCounts(): ErrorCounts {
  return {
    boundaryPixels: 0,
    otherPixels: 0,
    objects: 0,
    missed: 0,
    missedSmall: 0,
    small: 0,
    split: 0,
    merged: 0,
    spurious: 0,
  };
}

/** Adds counts to others in place. */
export function addErrors<Counts extends { [Key in keyof Counts]: number }>(into: Counts, more: Counts): void {
  for (const key of Object.keys(into) as (keyof Counts)[]) (into[key] as number) += more[key];
}

/**
 * Counts a prediction's errors. A mask without object numbers is divided into its connected components.
 *
 * @param map foreground if larger than `threshold`
 * @param smallArea area in pixels below which an object is small
 */
export function objectErrors(
  map: ArrayLike<number>,
  labels: LabelImage,
  { threshold = 0.5, smallArea = 0 }: { threshold?: number; smallArea?: number } = {},
): ErrorCounts {
  const { data, width, height } = labels;
  const counts = emptyErrorCounts();
  // Loops here and below are ten times as fast as array methods, which call a function for every pixel.
  const found = new Uint8Array(data.length);
  let top = 0;
  for (let i = 0; i < data.length; i++) {
    if (map[i] > threshold) found[i] = 1;
    if (data[i] > top) top = data[i];
  }
  const binary = top <= 1;
  const truth = binary ? connectedComponents(data, width, height).labels : data;
  const { labels: parts, areas: partAreas } = connectedComponents(found, width, height);
  const band = boundaryBand(data, width, height, 2);
  const areas = new Map<number, number>(), overlaps = new Map<number, Map<number, number>>();
  const inside = new Float64Array(partAreas.length + 1);
  for (let i = 0; i < data.length; i++) {
    if (found[i] !== (data[i] > 0 ? 1 : 0)) band[i] ? counts.boundaryPixels++ : counts.otherPixels++;
    if (truth[i] === 0) continue;
    areas.set(truth[i], (areas.get(truth[i]) ?? 0) + 1);
    if (parts[i] === 0) continue;
    inside[parts[i]]++;
    let shares = overlaps.get(truth[i]);
    if (!shares) overlaps.set(truth[i], shares = new Map());
    shares.set(parts[i], (shares.get(parts[i]) ?? 0) + 1);
  }
  const holds = new Uint32Array(partAreas.length + 1);
  for (const [label, area] of areas) {
    counts.objects++;
    const small = area < smallArea;
    if (small) counts.small++;
    const shares = [...overlaps.get(label) ?? []];
    const covered = shares.reduce((sum, [, pixels]) => sum + pixels, 0);
    if (covered < area / 2) {
      counts.missed++;
      if (small) counts.missedSmall++;
    }
    if (shares.filter(([, pixels]) => pixels >= area / 10).length > 1) counts.split++;
    for (const [part, pixels] of shares) if (pixels >= area / 2) holds[part]++;
  }
  for (let part = 1; part <= partAreas.length; part++) {
    if (holds[part] > 1) counts.merged++;
    if (inside[part] < partAreas[part - 1] / 10) counts.spurious++;
  }
  return counts;
}

/** Numbers of pixels that all members get wrong. */
export interface CommonErrors {
  /** True foreground pixels. */
  foreground: number;
  /** True foreground pixels that every member predicts as background. */
  missed: number;
  /** Background pixels that every member predicts as foreground. */
  spurious: number;
  /** Missed and spurious pixels within two pixels of a true outline. */
  boundary: number;
}

/**
 * Counts the pixels of an image that every member gets wrong, which no choice among the members can correct.
 *
 * @param maps the members' maps, foreground if larger than 0.5
 * @param counts which pixels count. Default: all
 */
export function commonErrors(
  maps: readonly ArrayLike<number>[],
  truth: ArrayLike<number>,
  width: number,
  height: number,
  counts: (pixel: number) => boolean = () => true,
): CommonErrors {
  const errors = { foreground: 0, missed: 0, spurious: 0, boundary: 0 };
  const band = boundaryBand(truth, width, height, 2);
  for (let i = 0; i < truth.length; i++) {
    if (!counts(i)) continue;
    const foreground = truth[i] > 0;
    if (foreground) errors.foreground++;
    if (anyMemberPredicts(maps, i, foreground)) continue;
    foreground ? errors.missed++ : errors.spurious++;
    if (band[i]) errors.boundary++;
  }
  return errors;
}
