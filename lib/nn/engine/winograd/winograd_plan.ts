import type { ConvolutionLayer } from "../engine_layers.ts";
import type { MapShape } from "../map_shapes.ts";
import { oddLines } from "../../winograd/odd_lines.ts";
import { lineTiles } from "../../winograd/tile_runs.ts";
import { productsOf, type TileSize } from "../../winograd/winograd_matrices.ts";

/** How a convolution is computed by Winograd's method. */
export interface WinogradPlan {
  tile: TileSize;
  /** Most tiles that are transformed before they are multiplied, if a row of tiles has no more. */
  tiles: number;
}

/** What a thread computes: whole images, or its part of the rows of one image. */
export interface ThreadShare {
  images: number;
  /** Number of threads that share the rows. */
  threads: number;
}

/** The sizes of tiles, the more accurate one first. */
const TILE_SIZES: readonly TileSize[] = [2, 4];

/** Kernels of as many pairs of channels take the small tiles: for the large ones, a kernel of 512 channels has 38 MB. */
const MANY_PAIRS = 2 ** 18;

/** Transforms of this size stay in the cache until they are multiplied. */
const CACHED_BYTES = 2 ** 22;

/** With fewer tiles at once, the transformed kernels would be read too often. */
const FEWEST_TILES = 48;

/**
 * Times of parts of a convolution in those of a product in oneDNN's direct one, measured on an AMD EPYC with AVX2 (Zen 3):
 * a product of `product_code.ts`, a transformed number, and a weight that is read from memory.
 */
const PRODUCT_TIME = 1.1, TRANSFORM_TIME = 16, WEIGHT_TIME = 20;

/** Winograd's method has to save this part of the time, as its kernels take more memory. */
const SMALLEST_GAIN = 0.1;

/** Returns the bytes of the transforms of a layer. */
export function transformBytes(
  { tile, tiles }: WinogradPlan,
  inChannels: number,
  { width, channels }: MapShape,
): number {
  const most = Math.max(tiles, Math.ceil(width / tile));
  return productsOf(tile) * (oddLines(most * inChannels) + oddLines(most * channels));
}

/** Returns how many pixels the three taps of a line see, without the padding. */
function seenPixels(length: number, dilation: number): number {
  return length + 2 * Math.max(0, length - dilation);
}

/** Returns whether Winograd's method can compute a convolution with this kernel. */
export function isTileable(
  { stride, dilation, padding, depthwise }: ConvolutionLayer,
  [side]: readonly number[],
  inChannels: number,
  channels: number,
): boolean {
  const isSame = padding.every((zeros) => zeros === dilation);
  return side === 3 && stride === 1 && isSame && !depthwise && inChannels % 8 === 0 && channels % 8 === 0;
}

/** Returns the plan with tiles of a size. */
export function planTiles(tile: TileSize, inChannels: number, channels: number): WinogradPlan {
  const cached = Math.floor(CACHED_BYTES / (4 * productsOf(tile) * (inChannels + channels)));
  return { tile, tiles: Math.max(FEWEST_TILES, cached) };
}

/**
 * Returns how Winograd's method computes a convolution; `undefined` if it cannot, or if the direct one is about as fast.
 *
 * @param kernel shape of the kernel
 * @param share what a thread computes
 */
export function planWinograd(
  layer: ConvolutionLayer,
  kernel: readonly number[],
  { channels: inChannels }: MapShape,
  { height, width, channels }: MapShape,
  { images, threads }: ThreadShare,
): WinogradPlan | undefined {
  if (!isTileable(layer, kernel, inChannels, channels)) return undefined;
  const { dilation } = layer, weights = inChannels * channels, rows = Math.ceil(height / threads);
  const sizes = weights < MANY_PAIRS ? TILE_SIZES : TILE_SIZES.slice(0, 1);
  const plans = sizes.map((tile) => {
    const all = images * lineTiles(rows, dilation, tile) * lineTiles(width, dilation, tile);
    const plan = planTiles(tile, inChannels, channels), readings = Math.ceil(all / plan.tiles);
    const multiply = PRODUCT_TIME * all * weights, transform = TRANSFORM_TIME * all * (inChannels + channels);
    return { plan, time: productsOf(tile) * (multiply + transform + WEIGHT_TIME * readings * weights) };
  });
  const seen = images * seenPixels(height, dilation) * seenPixels(width, dilation) / threads;
  const direct = (seen + 9 * WEIGHT_TIME) * weights;
  const { plan, time } = plans.reduce((best, each) => each.time < best.time ? each : best);
  return time < (1 - SMALLEST_GAIN) * direct ? plan : undefined;
}
