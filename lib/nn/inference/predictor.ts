import { SYMMETRIES } from "../../math/symmetries.ts";
import type { Rectangle } from "../../images/rectangle.ts";
import { cellSignal } from "../../io/cell_signal.ts";
import { machineEntry } from "../algorithms/current_entry.ts";
import { type Precision, tf } from "../../tensorflow/mod.ts";
import { trimHeap } from "../../tensorflow/ffi/trim_heap.ts";
import { BatchNetwork, type PredictionEngine } from "./batch_network.ts";
import type { MapRows } from "./map_rows.ts";
import type { SegmentationModel } from "../segmentation_model.ts";
import { RowAccumulator } from "./row_accumulator.ts";
import { addTile, cutTile, type Tile } from "./tile_pixels.ts";
import { networkSize, planTiles, tilePlan } from "./plan_tiles.ts";
import { TILE_GRID, type TileSpan } from "./tiles.ts";
import { OptionError } from "../../io/option_error.ts";

/** Normalised pixels of one image. */
export interface PredictionInput {
  width: number;
  height: number;
  channels: number;
  /** float32 `[height, width, channels]`. */
  pixels: Float32Array;
}

/** Options of {@linkcode Predictor}. */
export interface PredictorOptions {
  /** Default `"float32"`. */
  precision?: Precision;
  /** Images of more pixels than this are predicted in tiles. Default 1024². */
  wholePixels?: number;
  /** Side of a tile in pixels; then tiles overlap by half. Default: chosen by the image's size (`tilePlan`). */
  tileSize?: number;
  /** Most pixels of the tiles that are predicted together, if a tile is smaller. Default 8 × 256². */
  batchPixels?: number;
  /**
   * Whether to average over the eight symmetries of the square (test-time augmentation): eight times the work. Default
   * `false`.
   */
  symmetries?: boolean;
  /**
   * Number of batch sizes that stay compiled; those used longest ago are freed. Each takes a few MB, and 0.1 to 0.3 s
   * to compile. Default 32.
   */
  keepSizes?: number;
  /**
   * Whether convolutions keep the weights in the layout of a processor's kernels, which is faster. After a change of the
   * weights, the next prediction compiles the network again: choose `false` for a model that is being trained. Default
   * `true`.
   */
  frozen?: boolean;
  /** Entry of the table of algorithms of convolutions. Default: the one of this machine. */
  algorithms?: string;
  /** What computes the maps: see {@linkcode PredictionEngine}. Default `oneDNN`. */
  engine?: PredictionEngine;
}

/** A tile of one of several images. */
interface ImageTile extends Tile {
  /** Index of the image. */
  image: number;
}

/** Normalised pixels of one image, which are read part by part. */
export interface PredictionSource {
  width: number;
  height: number;
  channels: number;
  /** Returns a part's pixels: float32 `[height, width, channels]`. */
  read(part: Rectangle): Promise<Float32Array>;
}

/**
 * Predicts probability maps of images of any size. Large images are cut into overlapping tiles, whose results are
 * averaged with Gaussian weights: memory stays bounded, and no seams are visible. Images whose size is not a multiple
 * of 32 are mirrored at their edges. Batch normalisation is folded into the convolutions. The predictor compiles the
 * network for each batch size and keeps the latest ones. Dispose of it after use.
 *
 * Networks that use the whole image (PSPNet, the pooling branch of DeepLabs, FPN's group normalisation, EfficientNet's
 * squeeze and excitation) treat each tile as a separate image. Raise `wholePixels` if memory allows.
 */
export class Predictor {
  readonly #model: SegmentationModel;
  readonly #network: BatchNetwork;
  readonly #plan: Pick<PredictorOptions, "wholePixels" | "tileSize">;
  readonly #batchPixels: number;
  readonly #symmetries: boolean;

  /** @throws {OptionError} for an invalid tile size. */
  constructor(model: SegmentationModel, options: PredictorOptions = {}) {
    const { precision = "float32", symmetries = false } = options;
    const { wholePixels, tileSize } = options;
    const {
      batchPixels = 8 * 256 ** 2,
      keepSizes = 32,
      frozen = true,
      algorithms = machineEntry(),
      engine = "oneDNN",
    } = options;
    if (tileSize !== undefined && !(Number.isInteger(tileSize) && tileSize > 0 && tileSize % TILE_GRID === 0)) {
      throw new OptionError(`tileSize is ${tileSize}: give a multiple of ${TILE_GRID}`);
    }
    if (!(keepSizes >= 1)) throw new OptionError(`keepSizes is ${keepSizes}: give 1 or more`);
    this.#model = model;
    this.#plan = { wholePixels, tileSize };
    this.#batchPixels = batchPixels;
    this.#symmetries = symmetries;
    this.#network = new BatchNetwork(model, { precision, frozen, engine, algorithms, keepSizes });
  }

  /**
   * Predicts each image. Tiles of the same size are predicted in batches.
   *
   * @param onProgress called with the completed share, 0 to 1
   * @param signal stops the work and throws its reason. Default: the notebook's Stop button
   * @returns for each image the probability of foreground, float32 `[height, width]` (`classes` values per pixel if the
   * model has several); NaN where the network's output is infinite or NaN
   */
  async predict(
    images: readonly PredictionInput[],
    onProgress?: (done: number) => void,
    signal: AbortSignal | undefined = cellSignal(),
  ): Promise<Float32Array[]> {
    signal?.throwIfAborted();
    this.#network.prepare();
    const { classes } = this.#model;
    const results = images.map(({ width, height }) => new Float32Array(width * height * classes));
    const plans = images.map((size) => tilePlan(size, this.#plan));
    const tiles = images.flatMap((size, image) => planTiles(size, plans[image]).map((tile) => ({ ...tile, image })));
    const sizeKey = (tile: ImageTile) => {
      const image = images[tile.image], { height, width } = networkSize(tile, image, plans[tile.image]);
      return `${height}x${width}x${image.channels}`;
    };
    const sizes = Map.groupBy(tiles, sizeKey);
    let done = 0;
    for (const [size, group] of sizes) {
      const [height, width, channels] = size.split("x").map(Number);
      const batchSize = this.#batchSize(group.length, height * width);
      for (let start = 0; start < group.length; start += batchSize) {
        signal?.throwIfAborted();
        const batch = group.slice(start, start + batchSize);
        const area = height * width;
        const pixels = new Float32Array(batch.length * area * channels);
        batch.forEach((tile, b) => {
          const image = images[tile.image];
          const out = pixels.subarray(b * area * channels, (b + 1) * area * channels);
          cutTile({ ...image, x: 0, y: 0 }, image, tile, { height, width }, out);
        });
        const values = await this.#run(tf.tensor4d(pixels, [batch.length, height, width, channels]));
        batch.forEach((tile, b) => {
          const imageWidth = images[tile.image].width;
          const part = values.subarray(b * area * classes, (b + 1) * area * classes);
          addTile(part, tile, width, results[tile.image], { imageWidth, classes });
        });
        done += batch.length;
        onProgress?.(done / tiles.length);
      }
    }
    return results;
  }

  /**
   * Predicts one image of any size with memory for a few rows of tiles. The map is that of {@linkcode predict}.
   *
   * @param onProgress called with the completed share, 0 to 1
   * @param signal stops the work and throws its reason. Default: the notebook's Stop button
   * @returns the map from top to bottom
   */
  async *predictRows(
    source: PredictionSource,
    onProgress?: (done: number) => void,
    signal: AbortSignal | undefined = cellSignal(),
  ): AsyncGenerator<MapRows> {
    signal?.throwIfAborted();
    this.#network.prepare();
    const { classes } = this.#model, { channels } = source;
    const plan = tilePlan(source, this.#plan), tiles = planTiles(source, plan);
    const { height, width } = networkSize(tiles[0], source, plan);
    const area = height * width, batchSize = this.#batchSize(tiles.length, area);
    const rows = new RowAccumulator(source, classes);
    for (let start = 0; start < tiles.length; start += batchSize) {
      signal?.throwIfAborted();
      const batch = tiles.slice(start, start + batchSize);
      const pixels = new Float32Array(batch.length * area * channels);
      for (const [b, tile] of batch.entries()) {
        const out = pixels.subarray(b * area * channels, (b + 1) * area * channels);
        await readTile(source, tile, { height, width }, out);
      }
      const values = await this.#run(tf.tensor4d(pixels, [batch.length, height, width, channels]));
      batch.forEach((tile, b) => rows.add(values.subarray(b * area * classes, (b + 1) * area * classes), tile, width));
      onProgress?.((start + batch.length) / tiles.length);
      // Tiles follow each other from top to bottom: rows above the next one are complete.
      const complete = rows.take(tiles[start + batchSize]?.rows.start ?? source.height);
      if (complete) yield complete;
    }
  }

  /** Returns the number of tiles in a batch: batches have equal sizes if possible, as each size is compiled once. */
  #batchSize(tiles: number, area: number): number {
    const most = Math.max(1, Math.floor(this.#batchPixels / area));
    return Math.ceil(tiles / Math.ceil(tiles / most));
  }

  /** Returns the probabilities of a batch, and disposes of the batch. */
  async #run(input: tf.Tensor4D): Promise<Float32Array> {
    if (!this.#symmetries) {
      const output = await this.#network.forward(input);
      const values = output.dataSync() as Float32Array;
      tf.dispose([input, output]);
      return values;
    }
    const swap = (x: tf.Tensor) => tf.transpose(x, [0, 2, 1, 3]);
    let sum: tf.Tensor = tf.scalar(0);
    for (const { transpose, rows, columns } of SYMMETRIES) {
      const axes = [...(rows ? [1] : []), ...(columns ? [2] : [])];
      const turned = tf.tidy(() => tf.reverse(transpose ? swap(input) : input, axes)) as tf.Tensor4D;
      const output = await this.#network.forward(turned);
      const next = tf.tidy(() => {
        const back = tf.reverse(output, axes);
        return tf.add(sum, tf.mul(transpose ? swap(back) : back, 1 / SYMMETRIES.length));
      });
      tf.dispose([turned, output, sum]);
      sum = next;
    }
    const values = sum.dataSync() as Float32Array;
    tf.dispose([input, sum]);
    return values;
  }

  /** What computes the maps, known after the first prediction. */
  get computedBy(): PredictionEngine {
    return this.#network.computedBy;
  }

  /** Number of batch sizes that are compiled. */
  get compiledSizes(): number {
    return this.#network.compiledSizes;
  }

  /** Frees the compiled steps and their memory, but not the model. */
  dispose(): void {
    this.#network.dispose();
    trimHeap();
  }
}

/** Reads the part of an image that a tile shows, its mirrored edges included, and copies the tile to `out`. */
async function readTile(
  source: PredictionSource,
  tile: Tile,
  { height, width }: { height: number; width: number },
  out: Float32Array,
): Promise<void> {
  const span = ({ start }: TileSpan, side: number, all: number) => {
    const first = Math.max(0, Math.min(start, all - side));
    return [first, Math.min(all, start + side) - first];
  };
  const [x, columns] = span(tile.columns, width, source.width), [y, rows] = span(tile.rows, height, source.height);
  const pixels = await source.read({ x, y, width: columns, height: rows });
  cutTile({ x, y, width: columns, channels: source.channels, pixels }, source, tile, { height, width }, out);
}
