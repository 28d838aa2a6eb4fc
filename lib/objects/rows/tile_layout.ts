import type { ImageSize } from "../labeled_objects.ts";
import type { Rectangle } from "../tile_rectangles.ts";

/** Size of the tiles in which the objects of a large image are found. */
export interface TileLayout {
  width: number;
  height: number;
  /** Number of rows and columns that neighbouring tiles share, at most half of a tile. */
  overlap: number;
}

/** Side of a tile in pixels, and the least height. */
const SIDE = 2048, LEAST_HEIGHT = 512;
/** Bytes of the probabilities of a row of tiles. */
const ROW_BYTES = 1 << 26;

/**
 * Chooses tiles for an image, so that a row of them fits into memory.
 *
 * @param classes probabilities per pixel
 */
export function chooseTileLayout({ width }: ImageSize, classes: number): TileLayout {
  const height = Math.min(SIDE, Math.max(LEAST_HEIGHT, Math.floor(ROW_BYTES / (4 * width * classes))));
  return { width: SIDE, height, overlap: Math.floor(height / 3) };
}

/** Covers one axis with spans of one length that overlap by at least `overlap`. */
function spans(length: number, tile: number, overlap: number): { start: number; length: number }[] {
  if (length <= tile) return [{ start: 0, length }];
  const count = Math.ceil((length - overlap) / (tile - overlap));
  return Array.from({ length: count }, (_, i) => ({
    start: Math.round(i * (length - tile) / (count - 1)),
    length: tile,
  }));
}

/** Covers an image with overlapping tiles, row by row. */
export function tileRows(size: ImageSize, { width, height, overlap }: TileLayout): Rectangle[][] {
  const columns = spans(size.width, width, overlap);
  return spans(size.height, height, overlap).map((row) =>
    columns.map((column) => ({ x: column.start, y: row.start, width: column.length, height: row.length }))
  );
}
