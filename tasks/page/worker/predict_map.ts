import { fromPlanes, toPlanes } from "lib/images/planes.ts";
import type { PredictionInput } from "lib/nn/inference/predictor.ts";
import { networkSize, planTiles, tilePlan } from "lib/nn/inference/plan_tiles.ts";
import { addTile, cutTile } from "lib/nn/inference/tile_pixels.ts";

/** Pixels of a tile, or their probabilities, one plane for each channel. */
export interface Planes {
  width: number;
  height: number;
  channels: number;
  /** float32 `[channels, height, width]`. */
  data: Float32Array;
}

/** Runs a network on a tile; returns its probabilities, with the tile's size. */
export type RunNetwork = (tile: Planes) => Promise<Planes>;

/**
 * Predicts an image of any size, in the tiles of `deno task predict`.
 *
 * @param image normalised pixels
 * @param network its channels, and the number of its probabilities for each pixel
 * @param onProgress called with the number of finished tiles and that of all tiles
 * @returns `[height, width, classes]`
 */
export async function predictMap(
  image: PredictionInput,
  { imageChannels, classes, run }: { imageChannels: number; classes: number; run: RunNetwork },
  onProgress: (done: number, tiles: number) => void = () => {},
): Promise<Float32Array> {
  const plan = tilePlan(image),
    tiles = planTiles(image, plan),
    result = new Float32Array(image.width * image.height * classes);
  for (const [i, tile] of tiles.entries()) {
    const { width, height } = networkSize(tile, image, plan);
    const pixels = new Float32Array(width * height * image.channels);
    cutTile({ ...image, x: 0, y: 0 }, image, tile, { height, width }, pixels);
    const data = toPlanes(pixels, image.channels, imageChannels);
    const found = await run({ width, height, channels: imageChannels, data });
    addTile(fromPlanes(found.data, found.channels), tile, width, result, { imageWidth: image.width, classes });
    onProgress(i + 1, tiles.length);
  }
  return result;
}
