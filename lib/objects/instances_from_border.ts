import { connectedComponents } from "../evaluate/components.ts";
import { checkLength } from "./check_length.ts";
import { checkShare } from "../io/check_share.ts";
import { checkArea } from "./check_options.ts";
import { foregroundDistances, separateForeground } from "./instances_from_foreground.ts";
import type { ImageSize, LabeledObjects } from "./labeled_objects.ts";
import { numberObjects } from "./number_objects.ts";
import { watershed } from "./watershed.ts";

/** Options of {@linkcode instancesFromBorder}. */
export interface BorderInstanceOptions {
  /** Pixels whose probabilities of interior and border sum to more are foreground, 0 to 1. Default 0.5. */
  threshold?: number;
  /** Pixels whose probability of interior is larger are an object's marker, 0 to 1. Default 0.5. */
  interior?: number;
  /**
   * Least prominence of a distance maximum that divides an interior, as a share of the maximum, 0 to 1; 1 divides none.
   * It divides objects whose border the network missed. See `ForegroundInstanceOptions`. Default 0.25.
   */
  prominence?: number;
  /** Area in pixels below which an interior is no marker. Default 0. */
  minInterior?: number;
  /** Area in pixels below which an object becomes background. Default 0. */
  minArea?: number;
}

/** The classes of each pixel's probabilities, in their order. */
const CLASSES = 3, INTERIOR = 1, BORDER = 2;

/**
 * Finds objects in probabilities of background, interior and border. Each connected interior is a marker, or
 * several where it narrows. Markers grow into the rest of the foreground, first where interior is probable. Interiors connect at the sides of pixels only, since
 * a border of one pixel's width can run diagonally between them. Foreground without any interior is an object too, since
 * the smallest objects are all border.
 *
 * @param probabilities `[height, width, 3]`: background, interior, border
 * @param size width and height in pixels
 * @param options thresholds and least areas
 * @returns objects, numbered in reading order
 * @throws {OptionError} for a threshold outside 0 to 1, or a negative area.
 * @throws {RangeError} if the probabilities have another size.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { instancesFromBorder } from "lib/objects";
 *
 * const [border, interior] = [[0, 0, 1], [0, 1, 0]];
 * const row = [border, interior, interior, border, border, interior].flat();
 * const { labels, count } = instancesFromBorder(row, { width: 6, height: 1 });
 * assert.equal(count, 2);
 * assert.deepEqual([...labels.data], [1, 1, 1, 1, 2, 2]);
 * ```
 */
export function instancesFromBorder(
  probabilities: ArrayLike<number>,
  size: ImageSize,
  options: BorderInstanceOptions = {},
): LabeledObjects {
  const { minArea = 0 } = options;
  checkArea("minArea", minArea);
  return numberObjects(separateBorder(probabilities, size, options), size, minArea);
}

/** Labels the objects of every area, `[height, width]`, in any order. */
export function separateBorder(
  probabilities: ArrayLike<number>,
  size: ImageSize,
  { threshold = 0.5, interior = 0.5, prominence = 0.25, minInterior = 0 }: Omit<BorderInstanceOptions, "minArea">,
): Uint32Array {
  checkLength(probabilities, size, "probability map", CLASSES);
  checkShare("threshold", threshold);
  checkShare("interior", interior);
  checkShare("prominence", prominence);
  checkArea("minInterior", minInterior);
  const { width, height } = size, pixels = width * height;
  const depths = new Float32Array(pixels), inside = new Uint8Array(pixels), mask = new Uint8Array(pixels);
  for (let i = 0; i < pixels; i++) {
    const probability = probabilities[CLASSES * i + INTERIOR];
    depths[i] = -probability;
    if (probability + probabilities[CLASSES * i + BORDER] > threshold) mask[i] = 1;
    if (mask[i] && probability > interior) inside[i] = 1;
  }
  const markers = divideInteriors(inside, size, prominence);
  const { labels: kept, count } = numberObjects(markers, size, minInterior);
  const labels = watershed(depths, kept.data, size, { connectivity: 2, mask });
  addRemaining(labels, mask, size, count);
  return labels;
}

/** Labels the parts of the interior, `[height, width]`. Parts that touch at corners only are different ones. */
function divideInteriors(inside: Uint8Array, size: ImageSize, prominence: number): Int32Array {
  const { labels } = connectedComponents(inside, size.width, size.height, 1);
  if (prominence >= 1) return labels;
  const parts = separateForeground(foregroundDistances(inside, size, 0), prominence);
  const pairs = new Map<number, number>(), factor = labels.length + 1;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 0) continue;
    const pair = labels[i] * factor + parts[i], number = pairs.get(pair) ?? pairs.size + 1;
    pairs.set(pair, number);
    labels[i] = number;
  }
  return labels;
}

/** Labels the connected foreground that no marker reached, with numbers above `used`. */
function addRemaining(labels: Uint32Array, mask: Uint8Array, { width, height }: ImageSize, used: number): void {
  for (let i = 0; i < labels.length; i++) if (labels[i]) mask[i] = 0;
  const { labels: remaining } = connectedComponents(mask, width, height);
  for (let i = 0; i < labels.length; i++) if (remaining[i]) labels[i] = used + remaining[i];
}
