/** Whose description a TIFF has: ImageJ's or OME's. */
export type TiffFlavour = "imagej" | "ome";

/**
 * Returns the description that a file's name asks for: OME's for `.ome.tif` and `.ome.tiff`, otherwise ImageJ's.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tiffFlavour } from "lib/objects";
 *
 * assert.equal(tiffFlavour("a_labels.ome.tif"), "ome");
 * assert.equal(tiffFlavour("a_labels.tif"), "imagej");
 * ```
 */
export function tiffFlavour(path: string): TiffFlavour {
  return /\.ome\.tiff?$/i.test(path) ? "ome" : "imagej";
}
