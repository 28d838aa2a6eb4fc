import { measureContrast } from "../../images/contrast.ts";
import { isEmptyField } from "../../images/contrast_floor.ts";
import type { Image } from "../../images/image.ts";
import { normalizeImage } from "../../images/normalize.ts";
import { type ModelUse, saveModel } from "../weights/model_file.ts";
import { Predictor, type PredictorOptions } from "./predictor.ts";
import type { SegmentationModel } from "../segmentation_model.ts";
import { labelObjects, type Segmentation, type Segmenter, type SegmentOptions } from "./segmenter.ts";

/**
 * Wraps a model with everything needed to use it: the normalisation, the threshold, and how to recognise an empty field.
 */
export class TrainedModel implements Segmenter {
  readonly #predictor: Predictor;

  /**
   * @param model disposed of together with the result
   * @param use how to use the model, as returned by `loadModel`
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

  /** Saves the model as one safetensors file, which segmentation_models.pytorch can load too. */
  async save(path: string): Promise<void> {
    await saveModel(path, this.model, this.use);
  }

  [Symbol.dispose](): void {
    this.#predictor.dispose();
    this.model.dispose();
  }
}
