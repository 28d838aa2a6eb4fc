import type { Tile } from "./tile_pixels.ts";
import { TILE_GRID, type TileSpan, tileSpans } from "./tiles.ts";

/** How an image is cut into tiles. */
export interface TilePlan {
  /** Images of more pixels than this are predicted in tiles. */
  wholePixels: number;
  /** Side of a tile in pixels, a multiple of `TILE_GRID`. */
  tileSize: number;
  /** Least overlap with the next tile, as a share of a tile. */
  overlap: number;
}

/** Images of at most this many pixels are one tile, unless another number is chosen. */
const WHOLE_PIXELS = 1024 ** 2;

/**
 * Images of more pixels than this have larger tiles that share less. They are as accurate, and the network sees each
 * pixel 1.8 times instead of 4 times. Smaller images have fewer tiles anyway.
 */
const LARGE_PIXELS = 2048 ** 2;

interface Size {
  width: number;
  height: number;
}

/**
 * Returns how an image is cut into tiles.
 *
 * @param given what was chosen otherwise. Tiles of a given size overlap by half
 */
export function tilePlan(
  { width, height }: Size,
  { wholePixels = WHOLE_PIXELS, tileSize }: Partial<Pick<TilePlan, "wholePixels" | "tileSize">> = {},
): TilePlan {
  if (tileSize !== undefined) return { wholePixels, tileSize, overlap: 0.5 };
  const large = width * height > LARGE_PIXELS;
  return { wholePixels, tileSize: large ? 1024 : 768, overlap: large ? 0.25 : 0.5 };
}

function isWhole({ width, height }: Size, { wholePixels }: TilePlan): boolean {
  return width * height <= wholePixels;
}

/** Cuts an image into tiles, from top to bottom; a small image is one tile. */
export function planTiles(image: Size, plan: TilePlan): Tile[] {
  const spans = (length: number) => tileSpans(length, isWhole(image, plan) ? length : plan.tileSize, plan.overlap);
  return spans(image.height).flatMap((rows) => spans(image.width).map((columns) => ({ rows, columns })));
}

/** Returns the size of a tile in the network: a tile at an edge covers less of the image, but is as large as the others. */
export function networkSize({ rows, columns }: Tile, image: Size, plan: TilePlan): Size {
  const { tileSize } = plan, whole = isWhole(image, plan);
  const side = ({ length }: TileSpan, all: number) =>
    whole || all <= tileSize ? Math.ceil(length / TILE_GRID) * TILE_GRID : tileSize;
  return { height: side(rows, image.height), width: side(columns, image.width) };
}
