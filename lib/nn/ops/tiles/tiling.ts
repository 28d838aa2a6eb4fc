import { groups, type Piece, pieceShape, piecesOf, pieceTiles } from "../../winograd/pieces.ts";
import { lineTiles } from "../../winograd/tile_runs.ts";
import type { TransformShape } from "../../winograd/transform_code.ts";
import type { TileSize } from "../../winograd/winograd_matrices.ts";

/** How a convolution is cut into tiles. */
export interface Tiling {
  tile: TileSize;
  dilation: number;
  /** Number of ops that share the work, each in one thread. Default: the threads of this process */
  parts?: number;
  /** Most tiles that are transformed at once, if a row of tiles has no more. Default: as many as stay in the cache */
  tiles?: number;
}

/** A map as pieces of tiles, of which groups are transformed at once. */
export interface Pieces {
  groups: Piece[][];
  /** Where the first pixel of a piece is, in bytes. */
  place: (piece: Piece, channels: number) => number;
  shape: (piece: Piece, channels: number) => Omit<TransformShape, "planeStride">;
}

/**
 * Cuts a map `[batch, height, width, …]` into pieces.
 *
 * @param most most tiles of a group, if a row of tiles has no more
 */
export function cutMap(
  [batch, height, width]: readonly number[],
  { tile, dilation }: Tiling,
  most: number,
): Pieces {
  const pieces = piecesOf({ height, width }, batch, dilation, { tile, tiles: most }, { first: 0, end: height });
  return {
    groups: groups(pieces, most),
    place: ({ image, row, column }, channels) => 4 * ((image * height + row) * width + column) * channels,
    shape: (piece, channels) => pieceShape(piece, { tile, dilation }, { width, channels, allChannels: channels }),
  };
}

/** Returns the number of tiles of a map. */
export function mapTiles([batch, height, width]: readonly number[], { tile, dilation }: Tiling): number {
  return batch * lineTiles(height, dilation, tile) * lineTiles(width, dilation, tile);
}

/**
 * Returns whether a map has so few tiles that a transformed kernel is at least four times as large as the transformed pixels:
 * then parts share the channels of the result rather than the tiles.
 */
export function areFewTiles(tiles: number, inChannels: number, outChannels: number): boolean {
  return 4 * tiles <= Math.min(inChannels, outChannels);
}

/**
 * Returns how many tiles are transformed at once, at most: enough that transformed kernels are not read too often, and few
 * enough that the transforms stay in the cache.
 *
 * @param tiles number of tiles of a part
 */
export function tilesAtOnce(tile: TileSize, tiles: number): number {
  return Math.min(tiles, tile === 4 ? 128 : 256);
}

/** Gives each of some parts about the same number of tiles. */
export function shareGroups(all: readonly Piece[][], parts: number): Piece[][][] {
  const total = pieceTiles(all.flat()), shares: Piece[][][] = Array.from({ length: parts }, () => []);
  let before = 0;
  for (const group of all) {
    const tiles = pieceTiles(group), middle = before + tiles / 2;
    shares[Math.min(parts - 1, Math.floor(middle * parts / total))].push(group);
    before += tiles;
  }
  return shares.filter((share) => share.length > 0);
}
