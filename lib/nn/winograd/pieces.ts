import type { Range } from "../engine/engine_layers.ts";
import { countTiles, type TileRun, tileRuns } from "./tile_runs.ts";
import type { TransformShape } from "./transform_code.ts";
import type { TileSize } from "./winograd_matrices.ts";

/** Tiles of a map that are transformed by one call each. */
export interface Piece {
  image: number;
  /** The first row and column of pixels that it writes. */
  row: number;
  column: number;
  rows: TileRun[];
  columns: TileRun[];
  tiles: number;
}

/** Returns the indices `first` to `end` of a line that belong to every `step`-th pixel from `offset` on, counted among these. */
function amongEvery(step: number, offset: number, { first, end }: Range): Range {
  const count = (index: number) => Math.max(0, Math.ceil((index - offset) / step));
  return { first: count(first), end: count(end) };
}

/**
 * Cuts the rows of a map into pieces of at most `most` tiles, or of one row of tiles. With a dilation, pixels that are so
 * far apart form maps of their own.
 */
export function piecesOf(
  { height, width }: { height: number; width: number },
  images: number,
  dilation: number,
  { tile, tiles: most }: { tile: TileSize; tiles: number },
  range: Range,
): Piece[] {
  const pieces: Piece[] = [], phases = Array.from({ length: dilation }, (_, phase) => phase);
  for (const phase of phases) {
    const lines = amongEvery(dilation, phase, { first: 0, end: height }).end;
    const { first, end } = amongEvery(dilation, phase, range);
    for (const column of phases) {
      const pixels = amongEvery(dilation, column, { first: 0, end: width });
      const columns = tileRuns(pixels.end, pixels, tile), lineTiles = countTiles(columns);
      if (lineTiles === 0) continue;
      const rowsPerPiece = tile * Math.max(1, Math.floor(most / lineTiles));
      for (let image = 0; image < images; image++) {
        for (let from = first; from < end; from += rowsPerPiece) {
          const rows = tileRuns(lines, { first: from, end: Math.min(end, from + rowsPerPiece) }, tile);
          const row = from * dilation + phase;
          pieces.push({ image, row, column, rows, columns, tiles: countTiles(rows) * lineTiles });
        }
      }
    }
  }
  return pieces;
}

/** Puts pieces together as long as they have at most `most` tiles. */
export function groups(pieces: readonly Piece[], most: number): Piece[][] {
  const all: Piece[][] = [];
  let room = 0;
  for (const piece of pieces) {
    if (piece.tiles > room || all.length === 0) {
      all.push([]);
      room = Math.max(most, piece.tiles);
    }
    all.at(-1)!.push(piece);
    room -= piece.tiles;
  }
  return all;
}

/** Returns the number of tiles of pieces. */
export function pieceTiles(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { tiles }) => sum + tiles, 0);
}

/** Returns where the tiles of a piece are in a map of `width` pixels, some channels of `allChannels`. */
export function pieceShape(
  { rows, columns }: Piece,
  { tile, dilation }: { tile: TileSize; dilation: number },
  { width, channels, allChannels }: { width: number; channels: number; allChannels: number },
): Omit<TransformShape, "planeStride"> {
  return {
    tile,
    rows,
    columns,
    channels,
    rowStride: 4 * dilation * width * allChannels,
    columnStride: 4 * dilation * allChannels,
  };
}
