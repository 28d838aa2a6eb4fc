/** Images that are tiles of one field according to their names. */
export interface TileGroup {
  /** The common part of the names. */
  stem: string;
  ids: string[];
}

/** Names with a word for tiles: `x_tile_0_1`, `x-patch12`. */
const WORDS = /^(.+?)[_\-. ]?(?:tile|patch|crop|chip|subimage)s?[_\-. ]?\d+(?:[_\-.x ]+\d+)*$/i;
/** Row and column, or coordinates: `x_r0_c1`, `slide3_y0_x512`. */
const AXES = /^(.+?)[_\-. ]+(?:r|row|y)[_\-]?(\d+)[_\-. ]*(?:c|col|column|x)[_\-]?(\d+)$/i;
const AXES_SWAPPED = /^(.+?)[_\-. ]+(?:c|col|column|x)[_\-]?(\d+)[_\-. ]*(?:r|row|y)[_\-]?(\d+)$/i;
/** Two numbers: `x-000-001`. They count as row and column only if the images form a grid. */
const NUMBERS = /^(.*?[^\d_\-. ].*?)[_\-. ]+(\d+)[_\-x]+(\d+)$/;
/** Minimum number of tiles of a grid without such words. */
const MIN_TILES = 4;

function isGrid(places: readonly (readonly [string, string])[]): boolean {
  const rows = new Set(places.map(([row]) => row)), columns = new Set(places.map(([, column]) => column));
  return places.length >= MIN_TILES && rows.size > 1 && columns.size > 1 &&
    places.length >= 0.75 * rows.size * columns.size;
}

/**
 * Finds images whose names look like tiles of one field, which must not be on both sides of a split.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { findTiles } from "lib/datasets/tile_names.ts";
 *
 * assert.deepEqual(findTiles(["a_r0_c0", "a_r0_c1", "b"]), [{ stem: "a", ids: ["a_r0_c0", "a_r0_c1"] }]);
 * ```
 */
export function findTiles(ids: readonly string[]): TileGroup[] {
  const stems = new Map<string, string[]>();
  const grids = new Map<string, { id: string; place: [string, string] }[]>();
  for (const id of ids) {
    const stem = (WORDS.exec(id) ?? AXES.exec(id) ?? AXES_SWAPPED.exec(id))?.[1];
    if (stem !== undefined) {
      stems.set(stem, [...(stems.get(stem) ?? []), id]);
      continue;
    }
    const [, rest, row, column] = NUMBERS.exec(id) ?? [];
    if (rest !== undefined) grids.set(rest, [...(grids.get(rest) ?? []), { id, place: [row, column] }]);
  }
  for (const [stem, members] of grids) {
    if (!isGrid(members.map(({ place }) => place))) continue;
    stems.set(stem, [...(stems.get(stem) ?? []), ...members.map(({ id }) => id)]);
  }
  return [...stems].filter(([, members]) => members.length > 1).map(([stem, members]) => ({ stem, ids: members }));
}
