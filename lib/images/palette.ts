import { DamagedError } from "./formats/damaged_error.ts";
import type { Raster, Samples } from "./formats/format.ts";
import { namePlace } from "./name_place.ts";

/** A picture with a palette. */
type PalettePicture = Omit<Raster, "colour" | "alpha" | "bits">;

/** Returns whether every colour of a palette, red, green and blue of each index, is a grey. */
export function hasOnlyGreys(palette: Uint8Array): boolean {
  for (let at = 0; at < palette.length; at += 3) {
    if (palette[at] !== palette[at + 1] || palette[at] !== palette[at + 2]) return false;
  }
  return true;
}

/**
 * Finds the indices that occur in a picture.
 *
 * @returns 1 for each index that occurs, else 0
 * @throws {DamagedError} if an index has no colour.
 */
export function usedIndices(picture: PalettePicture): Uint8Array {
  const { data, palette = new Uint8Array(0), channels } = picture;
  const indices = data as Uint8Array | Uint16Array, used = new Uint8Array(Math.floor(palette.length / 3));
  for (let i = 0; i < indices.length; i += channels) {
    const index = indices[i];
    if (index >= used.length) {
      throw new DamagedError(
        `its pixel in ${
          namePlace(picture, i)
        } has the index ${index} in a palette of ${used.length}: the file is damaged`,
      );
    }
    used[index] = 1;
  }
  return used;
}

/**
 * Replaces the indices of a mask by the greys of its palette: programs that reduce a grey mask to a palette number its greys
 * in any order. Indices stay if the palette has colours, or if two of the indices have one grey.
 *
 * @param indices of the pixels, `[height, width]`
 * @throws {DamagedError} if an index has no colour.
 */
export function greysOrIndices(picture: PalettePicture, indices: Samples): Samples {
  const used = usedIndices(picture), { palette = new Uint8Array(0) } = picture;
  if (!hasOnlyGreys(palette)) return indices;
  const greys = Array.from(used.keys()).filter((index) => used[index]).map((index) => palette[3 * index]);
  if (new Set(greys).size < greys.length) return indices;
  return (indices as Uint8Array | Uint16Array).map((index) => palette[3 * index]);
}
