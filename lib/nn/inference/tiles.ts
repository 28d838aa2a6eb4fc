/** The pixels of a tile along one axis of an image, and their weights in the result. */
export interface TileSpan {
  /** First pixel. */
  start: number;
  /** Number of image pixels that the tile covers. */
  length: number;
  /** Weight of each pixel; the weights of all spans that cover a pixel sum to 1. */
  weights: Float32Array;
}

/** Standard deviation of the weights, as a share of the tile's side (Isensee et al. 2021). */
const SIGMA = 1 / 8;

/** Input pixels per pixel of an encoder's deepest map. A network treats tiles alike if they start on this grid. */
export const TILE_GRID = 32;

/**
 * Cuts one axis into equal, overlapping spans with Gaussian weights. The middle of a tile has the most context and the
 * largest weight. At the image's edges the weights do not fall. The last span may extend beyond the end.
 *
 * @param length pixels of the axis
 * @param tile pixels of a tile
 * @param overlap least overlap with the next tile, as a share of a tile, 0 to 0.9
 */
export function tileSpans(length: number, tile: number, overlap: number): TileSpan[] {
  if (length <= tile) return [{ start: 0, length, weights: new Float32Array(length).fill(1) }];
  const steps = Math.ceil((length - tile) / TILE_GRID);
  const stride = Math.max(1, Math.floor(tile * (1 - overlap) / TILE_GRID));
  const count = Math.ceil(steps / stride) + 1;
  const starts = Array.from({ length: count }, (_, i) => Math.round(i * steps / (count - 1)) * TILE_GRID);
  const total = new Float64Array(starts.at(-1)! + tile);
  const spans = starts.map((start, span) => {
    const weights = new Float64Array(tile);
    for (let i = 0; i < tile; i++) {
      // Context is missing only at the borders of a tile, not at those of the image.
      const before = span > 0 ? tile / 2 - (i + 0.5) : 0, after = span < count - 1 ? i + 0.5 - tile / 2 : 0;
      const z = Math.max(0, before, after) / (SIGMA * tile);
      total[start + i] += weights[i] = Math.exp(-z * z / 2);
    }
    return { start, length: Math.min(tile, length - start), weights };
  });
  return spans.map(({ start, length, weights }) => ({
    start,
    length,
    weights: Float32Array.from({ length }, (_, i) => weights[i] / total[start + i]),
  }));
}
