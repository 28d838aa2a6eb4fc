import { compile, type Precision, tf } from "../runtime/mod.ts";
import type { SegmentationModel } from "./segmentation_model.ts";

/** A batch's worth of pixels: 8 × 256². */
const BATCH_PIXELS = 8 * 256 * 256;

/** Normalised pixels of one image. */
export interface PredictionInput {
  width: number;
  height: number;
  channels: number;
  /** float32 `[height, width, channels]`. */
  pixels: Float32Array;
}

/** Probability maps of whole images at their own size. Compiled once per size; dispose of it. */
export class Predictor {
  readonly #model: SegmentationModel;
  readonly #forward;

  constructor(model: SegmentationModel, precision: Precision = "float32") {
    this.#model = model;
    this.#forward = compile((images: tf.Tensor4D) => {
      const grey = images.shape[3] === 1 && model.inChannels > 1;
      return tf.sigmoid(model.forward(grey ? tf.tile(images, [1, 1, 1, model.inChannels]) : images));
    }, { name: "predict", precision, fuse: true });
  }

  /**
   * Predicts each image; images of one size go through the network together.
   *
   * @param onProgress called with the share that is done, 0 to 1
   * @returns per image the probability of foreground, float32 `[height, width]` (`classes` values
   * per pixel where the model has several)
   */
  async predict(images: readonly PredictionInput[], onProgress?: (done: number) => void): Promise<Float32Array[]> {
    const results: Float32Array[] = new Array(images.length);
    const sizes = Map.groupBy(images.keys(), (i) => `${images[i].height}x${images[i].width}x${images[i].channels}`);
    let done = 0;
    for (const indices of sizes.values()) {
      const { width, height, channels } = images[indices[0]];
      const area = width * height;
      const batchSize = Math.max(1, Math.floor(BATCH_PIXELS / area));
      for (let start = 0; start < indices.length; start += batchSize) {
        const batch = indices.slice(start, start + batchSize);
        const pixels = new Float32Array(batch.length * area * channels);
        batch.forEach((index, b) => pixels.set(images[index].pixels, b * area * channels));
        const input = tf.tensor4d(pixels, [batch.length, height, width, channels]);
        const output = await this.#forward(input);
        const values = output.dataSync() as Float32Array;
        const size = area * this.#model.classes;
        batch.forEach((index, b) => results[index] = values.slice(b * size, (b + 1) * size));
        tf.dispose([input, output]);
        done += batch.length;
        onProgress?.(done / images.length);
      }
    }
    return results;
  }

  /** Frees the compiled steps; the model stays. */
  dispose(): void {
    this.#forward.dispose();
  }
}
