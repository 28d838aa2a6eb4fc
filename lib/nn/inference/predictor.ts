import { reflect } from "../../math/reflect.ts";
import { SYMMETRIES } from "../../math/symmetries.ts";
import type { ContrastFloor } from "../../images/contrast_floor.ts";
import type { Image } from "../../images/image.ts";
import { type Normalization, normalizeImage } from "../../images/normalize.ts";
import { cellSignal } from "../../io/cell_signal.ts";
import { compile, type Precision, tf } from "../../tensorflow/mod.ts";
import { trimHeap } from "../../tensorflow/ffi/trim_heap.ts";
import { requireFinite } from "./finite_output.ts";
import { FoldedWeights } from "./folded_weights.ts";
import type { SegmentationModel } from "../segmentation_model.ts";
import { TILE_GRID, type TileSpan, tileSpans } from "./tiles.ts";
import { OptionError } from "../../io/option_error.ts";

/** Most pixels of one batch: 8 × 256². */
const BATCH_PIXELS = 8 * 256 * 256;

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
  /** Side of a tile in pixels. Default 768. */
  tileSize?: number;
  /**
   * Whether to average over the eight symmetries of the square (test-time augmentation): eight times the work. Default
   * `false`.
   */
  symmetries?: boolean;
  /**
   * Number of batch sizes that stay compiled; those used longest ago are freed. Each takes 2 to 3 MB, and 0.3 s to
   * compile. Default 32.
   */
  keepSizes?: number;
}

/** Least overlap with the next tile, as a share of a tile. */
const OVERLAP = 0.5;

interface Tile {
  /** Index of the image. */
  image: number;
  rows: TileSpan;
  columns: TileSpan;
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
  /** Created at the first prediction, since it takes memory. */
  #folded?: FoldedWeights;
  readonly #forward;
  readonly #options: Required<Omit<PredictorOptions, "precision" | "keepSizes">>;

  /** @throws {OptionError} for an invalid tile size. */
  constructor(model: SegmentationModel, options: PredictorOptions = {}) {
    const { precision = "float32", wholePixels = 1024 ** 2, tileSize = 768, symmetries = false } = options;
    const { keepSizes = 32 } = options;
    if (!(Number.isInteger(tileSize) && tileSize > 0 && tileSize % TILE_GRID === 0)) {
      throw new OptionError(`tileSize is ${tileSize}: give a multiple of ${TILE_GRID}`);
    }
    if (!(keepSizes >= 1)) throw new OptionError(`keepSizes is ${keepSizes}: give 1 or more`);
    this.#model = model;
    this.#options = { wholePixels, tileSize, symmetries };
    const task = model.taskDefinition;
    this.#forward = compile((images: tf.Tensor4D) => {
      const grey = images.shape[3] === 1 && model.inChannels > 1;
      const input = grey ? tf.tile(images, [1, 1, 1, model.inChannels]) : images;
      const logits = model.forward(input, { folded: this.#folded });
      // The difference is 0, and NaN for an infinite logit, whose activation would look like a probability.
      return tf.add(task.activate(logits), tf.sub(logits, logits));
    }, { name: "predict", precision, fuse: true, maxSignatures: keepSizes, sequential: true });
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
    if (this.#folded) this.#folded.refresh();
    else this.#folded = new FoldedWeights(this.#model.weights);
    const { classes } = this.#model;
    const results = images.map(({ width, height }) => new Float32Array(width * height * classes));
    const tiles = images.flatMap((image, index) => this.#tilesFor(image, index));
    const { wholePixels, tileSize } = this.#options;
    const padded = (length: number) => Math.ceil(length / TILE_GRID) * TILE_GRID;
    // A tile at an edge covers less of the image, but is as large as the others.
    const side = ({ length }: TileSpan, whole: boolean, all: number) =>
      whole || all <= tileSize ? padded(length) : tileSize;
    const sizeKey = ({ image, rows, columns }: Tile) => {
      const { width, height, channels } = images[image];
      const whole = width * height <= wholePixels;
      return `${side(rows, whole, height)}x${side(columns, whole, width)}x${channels}`;
    };
    const sizes = Map.groupBy(tiles, sizeKey);
    let done = 0;
    for (const [size, group] of sizes) {
      const [height, width, channels] = size.split("x").map(Number);
      // Batches of equal size if possible: each size is compiled once.
      const most = Math.max(1, Math.floor(BATCH_PIXELS / (height * width)));
      const batchSize = Math.ceil(group.length / Math.ceil(group.length / most));
      for (let start = 0; start < group.length; start += batchSize) {
        signal?.throwIfAborted();
        const batch = group.slice(start, start + batchSize);
        const area = height * width;
        const pixels = new Float32Array(batch.length * area * channels);
        batch.forEach((tile, b) =>
          cut(images[tile.image], tile, height, width, pixels.subarray(b * area * channels, (b + 1) * area * channels))
        );
        const values = await this.#run(tf.tensor4d(pixels, [batch.length, height, width, channels]));
        batch.forEach((tile, b) =>
          add(
            values.subarray(b * area * classes, (b + 1) * area * classes),
            tile,
            width,
            results[tile.image],
            images[tile.image].width,
            classes,
          )
        );
        done += batch.length;
        onProgress?.(done / tiles.length);
      }
    }
    return results;
  }

  #tilesFor({ width, height }: PredictionInput, image: number): Tile[] {
    const { wholePixels, tileSize } = this.#options;
    const whole = width * height <= wholePixels;
    const spans = (length: number) => tileSpans(length, whole ? length : tileSize, OVERLAP);
    return spans(height).flatMap((rows) => spans(width).map((columns) => ({ image, rows, columns })));
  }

  /** Returns the probabilities of a batch, and disposes of the batch. */
  async #run(input: tf.Tensor4D): Promise<Float32Array> {
    if (!this.#options.symmetries) {
      const output = await this.#forward(input);
      const values = output.dataSync() as Float32Array;
      tf.dispose([input, output]);
      return values;
    }
    const swap = (x: tf.Tensor) => tf.transpose(x, [0, 2, 1, 3]);
    let sum: tf.Tensor = tf.scalar(0);
    for (const { transpose, rows, columns } of SYMMETRIES) {
      const axes = [...(rows ? [1] : []), ...(columns ? [2] : [])];
      const turned = tf.tidy(() => tf.reverse(transpose ? swap(input) : input, axes)) as tf.Tensor4D;
      const output = await this.#forward(turned);
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

  /** Number of batch sizes that are compiled. */
  get compiledSizes(): number {
    return this.#forward.traces;
  }

  /** Frees the compiled steps and their memory, but not the model. */
  dispose(): void {
    this.#forward.dispose();
    this.#folded?.dispose();
    trimHeap();
  }
}

/** Copies a tile's pixels to `out`, `[height, width, channels]`, mirrored beyond the image's edges. */
function cut(image: PredictionInput, { rows, columns }: Tile, height: number, width: number, out: Float32Array): void {
  const { channels, pixels } = image;
  const inside = Math.min(width, image.width - columns.start);
  for (let y = 0; y < height; y++) {
    const row = reflect(rows.start + y, image.height) * image.width;
    const from = (row + columns.start) * channels;
    out.set(pixels.subarray(from, from + inside * channels), y * width * channels);
    for (let x = inside; x < width; x++) {
      const source = (row + reflect(columns.start + x, image.width)) * channels;
      for (let c = 0; c < channels; c++) out[(y * width + x) * channels + c] = pixels[source + c];
    }
  }
}

/** Adds a tile's weighted probabilities, rows of `width` pixels, to the image's. */
function add(
  values: Float32Array,
  { rows, columns }: Tile,
  width: number,
  result: Float32Array,
  imageWidth: number,
  classes: number,
): void {
  for (let y = 0; y < rows.length; y++) {
    const to = ((rows.start + y) * imageWidth + columns.start) * classes, from = y * width * classes;
    for (let x = 0; x < columns.length; x++) {
      const weight = rows.weights[y] * columns.weights[x];
      for (let c = 0; c < classes; c++) result[to + x * classes + c] += weight * values[from + x * classes + c];
    }
  }
}

/** Options of {@linkcode predict}. */
export interface PredictOptions extends PredictorOptions {
  /** How the model's training images were normalised, as returned by `loadModel`. */
  normalization: Normalization;
  /** How to recognise empty fields, as returned by `loadModel`. */
  contrastFloor?: ContrastFloor;
  onProgress?: (done: number) => void;
  /** Stops the work and throws the signal's reason. Default: the notebook's Stop button. */
  signal?: AbortSignal;
}

/**
 * Predicts the probability map of one image of any size. For many images, {@linkcode Predictor} is faster.
 *
 * @returns float32 `[height, width]` (`classes` values per pixel where the model has several)
 * @throws {WeightsError} if the network's output is infinite or NaN.
 */
export async function predict(
  model: SegmentationModel,
  image: Image,
  { normalization, contrastFloor, onProgress, signal, ...options }: PredictOptions,
): Promise<Float32Array> {
  const predictor = new Predictor(model, options);
  try {
    const { width, height, channels } = image;
    const input = { width, height, channels, pixels: normalizeImage(image, normalization, contrastFloor) };
    return requireFinite((await predictor.predict([input], onProgress, signal))[0], model.classes);
  } finally {
    predictor.dispose();
  }
}
