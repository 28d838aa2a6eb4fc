import { type Contrast, measureContrast } from "../../images/contrast.ts";
import { isEmptyField } from "../../images/contrast_floor.ts";
import type { Image } from "../../images/image.ts";
import { type IntensityShares, normalizeImage } from "../../images/normalize.ts";
import { type ModelUse, saveModel } from "../weights/model_file.ts";
import type { ImageSource } from "../../images/source/image_source.ts";
import { normalizeSource } from "../../images/source/normalize_source.ts";
import { requireFinite } from "./finite_output.ts";
import type { MapRows } from "./map_rows.ts";
import { Predictor, type PredictorOptions } from "./predictor.ts";
import type { SegmentationModel } from "../segmentation_model.ts";
import type { TaskDefinition } from "../../task/task.ts";
import type { TaskName } from "../../task/tasks.ts";
import { segmentImage } from "./segment_image.ts";
import type { Segmentation, Segmenter, SegmentOptions } from "./segmenter.ts";
import { WeightsError } from "../weights/weights_error.ts";
import { OptionError } from "../../io/option_error.ts";

/** Options of {@linkcode TrainedModel}. */
export interface TrainedModelOptions extends PredictorOptions {
  /**
   * Percentiles, 0 to 100, that become the dark and the bright end of an image's range, for a model that normalises by
   * percentiles. Default: 1 and 99.8, as in training.
   */
  percentiles?: readonly [dark: number, bright: number];
}

/** Returns percentiles as shares of the pixels. @throws {OptionError} if they are invalid, or the model uses none. */
function intensityShares(
  percentiles: TrainedModelOptions["percentiles"],
  normalization: ModelUse["normalization"],
): IntensityShares | undefined {
  if (percentiles === undefined) return undefined;
  const [dark, bright] = percentiles;
  if (!(dark >= 0 && dark < bright && bright <= 100)) {
    throw new OptionError(`percentiles is ${percentiles.join(", ")}: give two rising numbers from 0 to 100`);
  }
  if (normalization !== "robust" && normalization !== "percentile") {
    throw new OptionError(`The model's normalization is "${normalization}", which has no percentiles: leave them out`);
  }
  return [dark / 100, bright / 100];
}

/**
 * Wraps a model with everything needed to use it: the normalisation, the threshold, and how to recognise an empty
 * field.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createModel, generateDataset, TrainedModel } from "lib";
 *
 * const model = createModel({ architecture: "pspnet", encoder: "mobilenet_v2" });
 * using segmenter = new TrainedModel(model, { normalization: "robust", threshold: 0.5 });
 * const { samples: [{ image }] } = await generateDataset({ count: 1, size: 64 });
 * assert.equal((await segmenter.predict(image)).length, 64 * 64);
 * ```
 */
export class TrainedModel implements Segmenter {
  readonly taskDefinition: TaskDefinition;
  readonly #predictor: Predictor;
  readonly #shares?: IntensityShares;
  /** The percentiles that were given instead of those of the training. */
  readonly percentiles?: TrainedModelOptions["percentiles"];
  /** Whether it averages over the symmetries of the square. */
  readonly symmetries: boolean;

  /**
   * @param model disposed of together with the result
   * @param use how to use the model, as returned by `loadModel`
   * @throws {WeightsError} if the model has another number of classes than its task needs.
   * @throws {OptionError} if an option is invalid.
   */
  constructor(readonly model: SegmentationModel, readonly use: ModelUse, options: TrainedModelOptions = {}) {
    this.taskDefinition = model.taskDefinition;
    const { label, logits } = this.taskDefinition;
    if (model.classes !== logits) {
      throw new WeightsError(
        `The model has ${model.classes} classes: give one with ${logits}, as the task ${label} needs`,
      );
    }
    this.#shares = intensityShares(options.percentiles, use.normalization);
    this.percentiles = options.percentiles;
    this.symmetries = options.symmetries ?? false;
    this.#predictor = new Predictor(model, options);
  }

  get task(): TaskName {
    return this.model.task;
  }

  get threshold(): number {
    return this.use.threshold;
  }

  get objectParameters(): ModelUse["objectParameters"] {
    return this.use.objectParameters;
  }

  /** Normalises an image as {@linkcode predict} does: float32 `[height, width, channels]`. */
  normalize(image: Image): Float32Array {
    return normalizeImage(image, this.use.normalization, this.use.contrastFloor, this.#shares);
  }

  async predict(image: Image, onProgress?: (done: number) => void): Promise<Float32Array> {
    const { width, height, channels } = image;
    const pixels = this.normalize(image);
    const [found] = await this.#predictor.predict([{ width, height, channels, pixels }], onProgress);
    return requireFinite(found, this.model.classes);
  }

  async *predictRows(source: ImageSource, onProgress?: (done: number) => void): AsyncGenerator<MapRows> {
    const { width, height, channels } = source, { normalization, contrastFloor } = this.use;
    const read = await normalizeSource(source, normalization, contrastFloor, this.#shares);
    for await (const rows of this.#predictor.predictRows({ width, height, channels, read }, onProgress)) {
      requireFinite(rows.data, this.model.classes);
      yield rows;
    }
  }

  async segment(image: Image, options?: SegmentOptions): Promise<Segmentation> {
    return await segmentImage(this, image, options);
  }

  /** Returns whether the image has less contrast than the training images, if the model knows theirs. */
  isEmpty(image: Image): boolean {
    return this.use.contrastFloor !== undefined && this.isEmptyContrast(measureContrast(image));
  }

  isEmptyContrast(contrast: Contrast): boolean {
    const { contrastFloor } = this.use;
    return contrastFloor !== undefined && isEmptyField(contrast, contrastFloor);
  }

  /** Saves the model as one safetensors file, which segmentation_models.pytorch can load too. */
  async save(path: string): Promise<void> {
    await saveModel(path, this.model, this.use);
  }

  [Symbol.dispose](): void {
    this.#predictor.dispose();
    this.model.dispose();
  }
}
