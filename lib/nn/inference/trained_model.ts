import { measureContrast } from "../../images/contrast.ts";
import { isEmptyField } from "../../images/contrast_floor.ts";
import type { Image } from "../../images/image.ts";
import { normalizeImage } from "../../images/normalize.ts";
import { type ModelUse, saveModel } from "../weights/model_file.ts";
import { Predictor, type PredictorOptions } from "./predictor.ts";
import type { SegmentationModel } from "../segmentation_model.ts";
import { labelObjects, type Segmentation, type Segmenter, type SegmentOptions } from "./segmenter.ts";

/**
 * A model with everything that its use takes: how images are normalised, the threshold, what an empty field looks like.
 */
export class TrainedModel implements Segmenter {
  readonly #predictor: Predictor;

  /**
   * @param model which is disposed of with it
   * @param use how the model is to be used, as `loadModel` says
   * @throws {RangeError} if the model has several classes.
   */
  constructor(readonly model: SegmentationModel, readonly use: ModelUse, options: PredictorOptions = {}) {
    if (model.classes !== 1) throw new RangeError(`The model has ${model.classes} classes: give one with one`);
    this.#predictor = new Predictor(model, options);
  }

  get threshold(): number {
    return this.use.threshold;
  }

  async predict(image: Image, onProgress?: (done: number) => void): Promise<Float32Array> {
    const { width, height, channels } = image;
    const pixels = normalizeImage(image, this.use.normalization, this.use.contrastFloor);
    return (await this.#predictor.predict([{ width, height, channels, pixels }], onProgress))[0];
  }

  async segment(image: Image, { threshold = this.threshold, onProgress }: SegmentOptions = {}): Promise<Segmentation> {
    const { contrastFloor } = this.use;
    const probabilities = await this.predict(image, onProgress);
    const empty = contrastFloor !== undefined && isEmptyField(measureContrast(image), contrastFloor);
    return {
      width: image.width,
      height: image.height,
      probabilities,
      ...labelObjects(probabilities, image, threshold),
      empty,
    };
  }

  /** Saves it as one safetensors file, which segmentation_models.pytorch loads too. */
  async save(path: string): Promise<void> {
    await saveModel(path, this.model, this.use);
  }

  [Symbol.dispose](): void {
    this.#predictor.dispose();
    this.model.dispose();
  }
}
