import type { LabelImage } from "../../../images/image.ts";
import { encodeStack, type TiffOptions } from "./encode_stack.ts";

/** The largest label in 16 bits. */
const LARGEST_16 = 65_535;

/**
 * Encodes label images as a TIFF of whole numbers, 0 for background: 16 bits, or 32 bits without a sign if a label exceeds
 * 65,535. ImageJ has no whole numbers of 32 bits and opens these as floating point, in which labels up to 16,777,216 are
 * exact; other programs read whole numbers.
 *
 * @param pages one label image, or the pages of a stack
 * @returns the content of a `.tif` file; the same arguments give the same bytes
 * @throws {ObjectFileError} if there is no page, the pages differ in size, or there are more or fewer than `axis` says.
 * @throws {OptionError} if the pixel size is not positive.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { encodeLabelTiff } from "lib/objects";
 * import { decodeLabels } from "lib/images";
 *
 * const labels = { width: 3, height: 1, data: Uint16Array.of(0, 7, 7) };
 * const tiff = encodeLabelTiff([labels], { pixelSize: 0.325 });
 * assert.deepEqual(await decodeLabels(tiff, "labels.tif"), labels);
 * ```
 */
export function encodeLabelTiff(pages: readonly LabelImage[], options: TiffOptions = {}): Uint8Array {
  let largest = 0;
  for (const { data } of pages) for (let i = 0; i < data.length; i++) if (data[i] > largest) largest = data[i];
  return encodeStack(pages, {
    samples: largest > LARGEST_16 ? "uint32" : "uint16",
    channels: [""],
    range: [0, Math.max(1, largest)],
  }, options);
}
