import { measureContrast } from "../../images/contrast.ts";
import { isEmptyField } from "../../images/contrast_floor.ts";
import type { Image } from "../../images/image.ts";
import { normalizeImage } from "../../images/normalize.ts";
import { type ModelUse, saveModel } from "../weights/model_file.ts";
import { requireFinite } from "./finite_output.ts";
import { Predictor, type PredictorOptions } from "./predictor.ts";
import type { SegmentationModel } from "../segmentation_model.ts";
import type { TaskDefinition } from "../../task/task.ts";
import type { TaskName } from "../../task/tasks.ts";
import type { Segmentation, Segmenter, SegmentOptions } from "./segmenter.ts";
import { WeightsError } from "../weights/weights_error.ts";

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

  /**
   * @param model disposed of together with the result
   * @param use how to use the model, as returned by `loadModel`
   * @throws {WeightsError} if the model has another number of classes than its task needs.
   */
  constructor(readonly model: SegmentationModel, readonly use: ModelUse, options: PredictorOptions = {}) {
    this.taskDefinition = model.taskDefinition;
    const { label, logits } = this.taskDefinition;
    if (model.classes !== logits) {
      throw new WeightsError(
        `The model has ${model.classes} classes: give one with ${logits}, as the task ${label} needs`,
      );
    }
    this.#predictor = new Predictor(model, options);
  }

  get task(): TaskName {
    return this.model.task;
  }

  get threshold(): number {
    return this.use.threshold;
  }

  async predict(image: Image, onProgress?: (done: number) => void): Promise<Float32Array> {
    const { width, height, channels } = image;
    const pixels = normalizeImage(image, this.use.normalization, this.use.contrastFloor);
    const [found] = await this.#predictor.predict([{ width, height, channels, pixels }], onProgress);
    return requireFinite(found, this.model.classes);
  }

  async segment(image: Image, { threshold = this.threshold, onProgress }: SegmentOptions = {}): Promise<Segmentation> {
    const probabilities = await this.predict(image, onProgress);
    return {
      width: image.width,
      height: image.height,
      probabilities,
      ...this.taskDefinition.decide(probabilities, image, threshold),
      empty: this.isEmpty(image),
    };
  }

  /** Returns whether the image has less contrast than the training images, if the model knows theirs. */
  isEmpty(image: Image): boolean {
    const { contrastFloor } = this.use;
    return contrastFloor !== undefined && isEmptyField(measureContrast(image), contrastFloor);
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
