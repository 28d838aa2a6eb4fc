import { type Augmentation, copyCrop, type Crop } from "./augment.ts";
import { type Dataset, DatasetError, foreground } from "./dataset.ts";
import { type Normalization, normalizeImage } from "./normalize.ts";
import { Random } from "./random.ts";

/** Options of {@linkcode BatchSource}. */
export interface BatchOptions {
  batchSize: number;
  /** Side of the square crops, in pixels. */
  cropSize: number;
  /** Channels that the model takes; grey images fill all of them. */
  channels: number;
  normalization: Normalization;
  /** What changes the crops at random. */
  augmentations: readonly Augmentation[];
  seed: number;
}

/** Crops that a training step takes together. */
export interface Batch {
  /** float32 `[batchSize, cropSize, cropSize, channels]`. */
  images: Float32Array;
  /** 0 or 1, float32 `[batchSize, cropSize, cropSize, 1]`. */
  masks: Float32Array;
  /** Ids of the images, for messages. */
  ids: string[];
}

/**
 * Training batches from some images of a data set. An epoch visits each image once in an order drawn
 * from seed and epoch, and drops the last incomplete batch; each crop depends on seed, epoch and
 * position alone.
 *
 * @throws {DatasetError} if a batch is larger than the number of images.
 */
export class BatchSource {
  readonly #images: Float32Array[];
  readonly #masks: Float32Array[];
  #epoch = -1;
  #order: number[] = [];

  constructor(readonly dataset: Dataset, readonly indices: readonly number[], readonly options: BatchOptions) {
    const { batchSize, channels, normalization } = options;
    if (batchSize > indices.length) {
      throw new DatasetError(
        `A batch of ${batchSize} is larger than the ${indices.length} training images: lower batchSize to ${indices.length} or less`,
      );
    }
    const samples = indices.map((i) => dataset.samples[i]);
    const colour = samples.find(({ image }) => image.channels > channels);
    if (colour) {
      throw new DatasetError(
        `${colour.id} has ${colour.image.channels} channels and the model takes ${channels}: set inChannels to 3`,
      );
    }
    this.#images = samples.map(({ image }) => normalizeImage(image, normalization));
    this.#masks = samples.map(({ labels }) => foreground(labels));
  }

  /** Batches per epoch. */
  get length(): number {
    return Math.floor(this.indices.length / this.options.batchSize);
  }

  /** The batch at a position of an epoch, both counted from 0. */
  get(epoch: number, position: number): Batch {
    const { batchSize, cropSize: side, channels, augmentations, seed } = this.options;
    const turned = augmentations.includes("symmetries");
    if (epoch !== this.#epoch) {
      this.#order = new Random(seed, epoch, 0x5eed).permutation(this.indices.length);
      this.#epoch = epoch;
    }
    const area = side * side;
    const images = new Float32Array(batchSize * area * channels);
    const masks = new Float32Array(batchSize * area);
    const ids: string[] = [];
    for (let b = 0; b < batchSize; b++) {
      const place = position * batchSize + b;
      const index = this.#order[place];
      const { id, image } = this.dataset.samples[this.indices[index]];
      const random = new Random(seed, epoch, place);
      // An image smaller than the crop lies in its middle.
      const start = (length: number) =>
        length > side ? random.integer(length - side + 1) : Math.floor((length - side) / 2);
      const crop: Crop = {
        top: start(image.height),
        left: start(image.width),
        turns: turned ? random.integer(4) : 0,
        mirror: turned && random.integer(2) === 1,
      };
      const size = [image.height, image.width] as const;
      copyCrop(this.#images[index], [...size, image.channels], crop, side, images, b * area * channels, channels);
      copyCrop(this.#masks[index], [...size, 1], crop, side, masks, b * area, 1);
      ids.push(id);
    }
    return { images, masks, ids };
  }
}
