import { encodeStack, type TiffOptions } from "./encode_stack.ts";

/** Probabilities of an image. */
export interface ProbabilityMap {
  width: number;
  height: number;
  /** 0 to 1, `[height, width]`, or `[height, width, classes]`. */
  data: Float32Array;
}

/** Options of {@linkcode encodeProbabilityTiff}. */
export interface ProbabilityTiffOptions extends TiffOptions {
  /** Names of the classes. Default: one class without a name. */
  classes?: readonly string[];
}

/**
 * Encodes probabilities as a TIFF of 32-bit floating point, one plane for each class of each page.
 *
 * @param pages the probabilities of one image, or of the pages of a stack
 * @returns the content of a `.tif` file; the same arguments give the same bytes
 * @throws {ObjectFileError} if there is no page, the pages differ in size, or there are more or fewer than `axis` says.
 * @throws {OptionError} if the pixel size is not positive.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { encodeProbabilityTiff } from "lib/objects";
 * import { decodeImage } from "lib/images";
 *
 * const tiff = encodeProbabilityTiff([{ width: 2, height: 1, data: Float32Array.of(0.25, 1) }]);
 * assert.deepEqual((await decodeImage(tiff, "probability.tif")).data, Float32Array.of(0.25, 1));
 * ```
 */
export function encodeProbabilityTiff(
  pages: readonly ProbabilityMap[],
  { classes = [""], ...options }: ProbabilityTiffOptions = {},
): Uint8Array {
  return encodeStack(pages, { samples: "float32", channels: classes, range: [0, 1] }, options);
}
