import { connectedComponents } from "../evaluate/components.ts";
import { checkLength } from "./check_length.ts";
import { checkShare } from "../io/check_share.ts";
import { checkArea } from "./check_options.ts";
import type { ImageSize, LabeledObjects } from "./labeled_objects.ts";
import { numberObjects } from "./number_objects.ts";
import { watershed } from "./watershed.ts";

/** Options of {@linkcode instancesFromBorder}. */
export interface BorderInstanceOptions {
  /** Pixels whose probabilities of interior and border sum to more are foreground, 0 to 1. Default 0.5. */
  threshold?: number;
  /** Pixels whose probability of interior is larger are an object's marker, 0 to 1. Default 0.5. */
  interior?: number;
  /** Area in pixels below which an interior is no marker. Default 0. */
  minInterior?: number;
  /** Area in pixels below which an object becomes background. Default 0. */
  minArea?: number;
}

/** The classes of each pixel's probabilities, in their order. */
const CLASSES = 3, INTERIOR = 1, BORDER = 2;

/**
 * Finds objects in probabilities of background, interior and border. Each connected interior is a marker, which grows
 * into the rest of the foreground, first where interior is probable. Interiors connect at the sides of pixels only, since
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
  { threshold = 0.5, interior = 0.5, minInterior = 0, minArea = 0 }: BorderInstanceOptions = {},
): LabeledObjects {
  checkLength(probabilities, size, "probability map", CLASSES);
  checkShare("threshold", threshold);
  checkShare("interior", interior);
  checkArea("minInterior", minInterior);
  checkArea("minArea", minArea);
  const { width, height } = size, pixels = width * height;
  const depths = new Float32Array(pixels), inside = new Uint8Array(pixels), mask = new Uint8Array(pixels);
  for (let i = 0; i < pixels; i++) {
    const probability = probabilities[CLASSES * i + INTERIOR];
    depths[i] = -probability;
    if (probability + probabilities[CLASSES * i + BORDER] > threshold) mask[i] = 1;
    if (mask[i] && probability > interior) inside[i] = 1;
  }
  const { labels: markers, areas } = connectedComponents(inside, width, height, 1);
  for (let i = 0; i < pixels; i++) if (markers[i] && areas[markers[i] - 1] < minInterior) markers[i] = 0;
  const labels = watershed(depths, markers, size, { connectivity: 2, mask });
  addRemaining(labels, mask, size, areas.length);
  return numberObjects(labels, size, minArea);
}

/** Labels the connected foreground that no marker reached, with numbers above `used`. */
function addRemaining(labels: Uint32Array, mask: Uint8Array, { width, height }: ImageSize, used: number): void {
  for (let i = 0; i < labels.length; i++) if (labels[i]) mask[i] = 0;
  const { labels: remaining } = connectedComponents(mask, width, height);
  for (let i = 0; i < labels.length; i++) if (remaining[i]) labels[i] = used + remaining[i];
}
