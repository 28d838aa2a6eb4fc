import type { Image } from "../image.ts";
import type { ImageSource } from "./image_source.ts";

/** Rows of an image from left to right. */
export interface RowBand {
  /** First row. */
  top: number;
  /** Number of rows. */
  height: number;
  /** The rows, and up to `halo` rows above and below. */
  image: Image;
  /** Number of rows above the first. */
  above: number;
}

/**
 * Reads an image from top to bottom.
 *
 * @param halo number of rows above and below that each band contains, as far as the image has them
 */
export async function* rowBands(source: ImageSource, halo = 0): AsyncGenerator<RowBand> {
  const { width, height: rows, bandRows: step } = source;
  for (let top = 0; top < rows; top += step) {
    const height = Math.min(step, rows - top), above = Math.min(halo, top);
    const below = Math.min(halo, rows - top - height);
    const part = { x: 0, y: top - above, width, height: above + height + below };
    yield { top, height, above, image: await source.read(part) };
  }
}
