import { reflect } from "../../math/reflect.ts";
import type { TileSpan } from "./tiles.ts";

/** A tile of an image. */
export interface Tile {
  rows: TileSpan;
  columns: TileSpan;
}

/** A part of an image's pixels. */
export interface PixelPart {
  /** First column and row of the part. */
  x: number;
  y: number;
  /** Columns of the part. */
  width: number;
  channels: number;
  /** float32 `[height, width, channels]`. */
  pixels: Float32Array;
}

/**
 * Copies a tile's pixels to `out`, `[height, width, channels]`, mirrored beyond the image's edges.
 *
 * @param part a part of the image with all pixels that the tile shows
 * @param image size of the image
 */
export function cutTile(
  part: PixelPart,
  image: { width: number; height: number },
  { rows, columns }: Tile,
  { height, width }: { height: number; width: number },
  out: Float32Array,
): void {
  const { channels, pixels } = part;
  const inside = Math.min(width, image.width - columns.start);
  for (let y = 0; y < height; y++) {
    const row = (reflect(rows.start + y, image.height) - part.y) * part.width - part.x;
    const from = (row + columns.start) * channels;
    out.set(pixels.subarray(from, from + inside * channels), y * width * channels);
    for (let x = inside; x < width; x++) {
      const source = (row + reflect(columns.start + x, image.width)) * channels;
      for (let c = 0; c < channels; c++) out[(y * width + x) * channels + c] = pixels[source + c];
    }
  }
}

/**
 * Adds a tile's weighted probabilities to those of an image.
 *
 * @param values probabilities of the tile, rows of `width` pixels
 * @param result rows of `imageWidth` pixels
 * @param top row of the image with which the result begins
 */
export function addTile(
  values: Float32Array,
  { rows, columns }: Tile,
  width: number,
  result: Float32Array,
  { imageWidth, classes, top = 0 }: { imageWidth: number; classes: number; top?: number },
): void {
  for (let y = 0; y < rows.length; y++) {
    const to = ((rows.start + y - top) * imageWidth + columns.start) * classes, from = y * width * classes;
    for (let x = 0; x < columns.length; x++) {
      const weight = rows.weights[y] * columns.weights[x];
      for (let c = 0; c < classes; c++) result[to + x * classes + c] += weight * values[from + x * classes + c];
    }
  }
}
