import type { Tile } from "./tile_pixels.ts";
import { TILE_GRID, type TileSpan, tileSpans } from "./tiles.ts";

/** How images are cut into tiles. */
export interface TilePlan {
  /** Images of more pixels than this are predicted in tiles. */
  wholePixels: number;
  /** Side of a tile in pixels, a multiple of `TILE_GRID`. */
  tileSize: number;
}

/** The plan unless another one is chosen. */
export const TILE_PLAN: Readonly<TilePlan> = { wholePixels: 1024 ** 2, tileSize: 768 };

/** Least overlap with the next tile, as a share of a tile. */
const OVERLAP = 0.5;

interface Size {
  width: number;
  height: number;
}

function isWhole({ width, height }: Size, { wholePixels }: TilePlan): boolean {
  return width * height <= wholePixels;
}

/** Cuts an image into tiles, from top to bottom; a small image is one tile. */
export function planTiles(image: Size, plan: TilePlan): Tile[] {
  const spans = (length: number) => tileSpans(length, isWhole(image, plan) ? length : plan.tileSize, OVERLAP);
  return spans(image.height).flatMap((rows) => spans(image.width).map((columns) => ({ rows, columns })));
}

/** Returns the size of a tile in the network: a tile at an edge covers less of the image, but is as large as the others. */
export function networkSize({ rows, columns }: Tile, image: Size, plan: TilePlan): Size {
  const { tileSize } = plan, whole = isWhole(image, plan);
  const side = ({ length }: TileSpan, all: number) =>
    whole || all <= tileSize ? Math.ceil(length / TILE_GRID) * TILE_GRID : tileSize;
  return { height: side(rows, image.height), width: side(columns, image.width) };
}
