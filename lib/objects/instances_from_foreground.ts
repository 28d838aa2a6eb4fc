import { checkLength } from "./check_length.ts";
import { checkShare } from "../io/check_share.ts";
import { checkArea } from "./check_options.ts";
import { type DistanceMaxima, distanceMaxima } from "./distance_maxima.ts";
import { squaredDistanceTransform } from "./distance_transform.ts";
import type { ImageSize, LabeledObjects } from "./labeled_objects.ts";
import { numberObjects } from "./number_objects.ts";
import { watershed } from "./watershed.ts";

/** Options of {@linkcode instancesFromForeground}. */
export interface ForegroundInstanceOptions {
  /** Probabilities above it are foreground, 0 to 1. Default 0.5. */
  threshold?: number;
  /**
   * Least prominence of a distance maximum that separates an object, as a share of the maximum, 0 to 1. The prominence
   * is the depth of the saddle to the next higher maximum. Lower values separate more objects. Default 0.15.
   */
  prominence?: number;
  /** Area in pixels below which an object becomes background. Default 0. */
  minArea?: number;
}

/** Least prominence in pixels: a distance transform on a grid of pixels has smaller maxima on any slanted outline. */
const LEAST_PROMINENCE = 0.5;

/** Foreground whose touching objects are not separated yet. */
export interface ForegroundDistances {
  size: ImageSize;
  /** Squared distances to the background; infinite without background. */
  squares: Float64Array;
  maxima: DistanceMaxima;
}

/** Measures the distances within the foreground. */
export function foregroundDistances(
  probabilities: ArrayLike<number>,
  size: ImageSize,
  threshold: number,
): ForegroundDistances {
  const mask = new Uint8Array(size.width * size.height);
  let background = 0;
  for (let i = 0; i < mask.length; i++) probabilities[i] > threshold ? mask[i] = 1 : background++;
  // Without background no distance is finite. The image is one object, whose only maximum is the first pixel.
  if (background === 0 && mask.length > 0) {
    const squares = new Float64Array(mask.length).fill(Infinity);
    const only = {
      pixels: Int32Array.of(0),
      heights: Float64Array.of(Infinity),
      prominences: Float64Array.of(Infinity),
    };
    return { size, squares, maxima: only };
  }
  const squares = squaredDistanceTransform(mask, size);
  return { size, squares, maxima: distanceMaxima(squares, size) };
}

/** Divides the foreground into one label per prominent maximum, `[height, width]`. */
export function separateForeground({ size, squares, maxima }: ForegroundDistances, prominence: number): Uint32Array {
  const markers = new Uint32Array(squares.length), { pixels, heights, prominences } = maxima;
  for (let k = 0; k < pixels.length; k++) {
    if (prominences[k] >= Math.max(LEAST_PROMINENCE, prominence * heights[k])) markers[pixels[k]] = k + 1;
  }
  // Floods start at the maxima. The squares are in the same order as the distances.
  const depths = squares.map((square) => -square);
  return watershed(depths, markers, size, { connectivity: 2, mask: squares });
}

/**
 * Finds objects in probabilities of foreground: pixels above the threshold, divided where they narrow. The markers of the
 * watershed are the maxima of the distance to the background, apart from those of little prominence (Grimaud 1992;
 * Vincent & Soille 1991). Objects that touch at a corner are one object unless they are divided.
 *
 * @param probabilities `[height, width]`, 0 to 1
 * @param size width and height in pixels
 * @param options threshold, prominence and least area
 * @returns objects, numbered in reading order
 * @throws {OptionError} for a threshold or a prominence outside 0 to 1, or a negative area.
 * @throws {RangeError} if the probabilities have another size.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { instancesFromForeground } from "lib/objects";
 *
 * // Two discs of radius 6 that touch.
 * const size = { width: 26, height: 15 }, discs = new Float32Array(26 * 15);
 * for (let i = 0; i < discs.length; i++) {
 *   const x = i % 26, y = Math.floor(i / 26);
 *   if (Math.min(Math.hypot(x - 7, y - 7), Math.hypot(x - 18, y - 7)) <= 6) discs[i] = 1;
 * }
 * assert.equal(instancesFromForeground(discs, size).count, 2);
 * assert.equal(instancesFromForeground(discs, size, { prominence: 1 }).count, 1);
 * ```
 */
export function instancesFromForeground(
  probabilities: ArrayLike<number>,
  size: ImageSize,
  { threshold = 0.5, prominence = 0.15, minArea = 0 }: ForegroundInstanceOptions = {},
): LabeledObjects {
  checkLength(probabilities, size, "probability map");
  checkShare("threshold", threshold);
  checkShare("prominence", prominence);
  checkArea("minArea", minArea);
  const labels = separateForeground(foregroundDistances(probabilities, size, threshold), prominence);
  return numberObjects(labels, size, minArea);
}
