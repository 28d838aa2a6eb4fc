import type { Augmentation } from "./augment/augmentations.ts";
import type { CropOptions, CropSource } from "./augment/sample_crop.ts";
import { type Batch, type BatchJob, cutBatch } from "./cut_batch.ts";
import { type ContrastFloor, learnContrastFloor } from "../images/contrast_floor.ts";
import { type Dataset, DatasetError } from "../datasets/dataset.ts";
import { VOID_CLASS } from "../images/image.ts";
import { intensityEnds, type Normalization, normalizeImage } from "../images/normalize.ts";
import { createTask, type TaskChoice } from "../task/tasks.ts";
import { Random } from "../math/random.ts";

/** Options of {@linkcode BatchSource}. */
export interface BatchOptions extends TaskChoice {
  batchSize: number;
  /** Side of the square crops, in pixels. */
  cropSize: number;
  /** Input channels of the model; a grey image is copied to all of them. */
  channels: number;
  normalization: Normalization;
  /** Random changes of the crops. */
  augmentations: readonly Augmentation[];
  seed: number;
  /** Default: measured from the images, if the normalisation uses it. */
  contrastFloor?: ContrastFloor;
  /**
   * Number of worker threads that prepare batches; with 0, the calling thread does. The batches do not depend on it.
   * Default 0.
   */
  workers?: number;
}

/** Copies an array to memory that threads share. */
function share(values: Float32Array | Uint8Array): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(values.byteLength);
  new Uint8Array(buffer).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return buffer;
}

interface Thread {
  worker: Worker;
  busy: boolean;
}

/**
 * Training batches from selected images of a data set. An epoch visits each image once in an order drawn
 * from seed and epoch, and drops the last incomplete batch. Each crop depends only on seed, epoch and
 * position. Dispose of the source if it has workers.
 *
 * @throws {DatasetError} if a batch is larger than the number of images.
 */
export class BatchSource implements Disposable {
  readonly #sources: CropSource[];
  readonly #crop: CropOptions;
  readonly #threads: Thread[] = [];
  readonly #waiting: (() => void)[] = [];
  /** The images' contrast, used to normalise other images too; only for `robust`. */
  readonly contrastFloor: ContrastFloor | undefined;
  #epoch = -1;
  #order: number[] = [];

  constructor(readonly dataset: Dataset, readonly indices: readonly number[], readonly options: BatchOptions) {
    const { batchSize, channels, normalization, cropSize, augmentations, workers = 0 } = options;
    const task = createTask(options);
    if (batchSize > indices.length) {
      throw new DatasetError(
        `A batch of ${batchSize} is larger than the ${indices.length} training images: lower batchSize to ${indices.length} or less`,
      );
    }
    const samples = indices.map((i) => dataset.samples[i]);
    const colour = samples.find(({ image }) => image.channels > channels);
    if (colour) {
      throw new DatasetError(
        `${colour.id} has ${colour.image.channels} channels, but the model takes ${channels}: set inChannels to 3`,
      );
    }
    this.contrastFloor = normalization === "robust" ? options.contrastFloor ?? learnContrastFloor(samples) : undefined;
    this.#sources = samples.map(({ image: { width, height, channels }, image, labels }) => {
      const pixels = normalizeImage(image, normalization, this.contrastFloor);
      const mask = task.targets(labels);
      const arrays = workers > 0
        ? { pixels: new Float32Array(share(pixels)), mask: new Uint8Array(share(mask)) }
        : { pixels, mask };
      return { width, height, channels, ...arrays };
    });
    this.#crop = { side: cropSize, channels, augmentations, range: intensityEnds(normalization), void: VOID_CLASS };
    for (let i = 0; i < workers; i++) {
      const worker = new Worker(new URL("./batch_worker.ts", import.meta.url), { type: "module" });
      worker.postMessage({ sources: this.#sources, options: this.#crop });
      this.#threads.push({ worker, busy: false });
    }
  }

  /** Number of batches per epoch. */
  get length(): number {
    return Math.floor(this.indices.length / this.options.batchSize);
  }

  #job(epoch: number, position: number): BatchJob {
    const { batchSize, seed } = this.options;
    if (epoch !== this.#epoch) {
      this.#order = new Random(seed, epoch, 0x5eed).permutation(this.indices.length);
      this.#epoch = epoch;
    }
    return {
      crops: Array.from({ length: batchSize }, (_, b) => {
        const place = position * batchSize + b;
        return { index: this.#order[place], keys: [seed, epoch, place] };
      }),
    };
  }

  #idsFor({ crops }: BatchJob): string[] {
    return crops.map(({ index }) => this.dataset.samples[this.indices[index]].id);
  }

  /** Makes the batch at a position of an epoch, both counted from 0, in the calling thread. */
  get(epoch: number, position: number): Batch {
    const job = this.#job(epoch, position);
    return { ...cutBatch(this.#sources, this.#crop, job), ids: this.#idsFor(job) };
  }

  /**
   * Makes a batch like {@linkcode get}, but in a worker if there is one. Request several at once to use all workers.
   */
  async request(epoch: number, position: number): Promise<Batch> {
    if (this.#threads.length === 0) return this.get(epoch, position);
    const job = this.#job(epoch, position);
    let thread = this.#threads.find(({ busy }) => !busy);
    while (!thread) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      thread = this.#threads.find(({ busy }) => !busy);
    }
    const { worker } = thread;
    thread.busy = true;
    try {
      const made = await new Promise<Pick<Batch, "images" | "masks">>((resolve, reject) => {
        worker.onmessage = ({ data }) => "error" in data ? reject(data.error) : resolve(data);
        worker.onerror = (event) => {
          event.preventDefault();
          reject(new Error(`A batch could not be prepared: ${event.message}`));
        };
        worker.postMessage(job);
      });
      return { ...made, ids: this.#idsFor(job) };
    } finally {
      thread.busy = false;
      this.#waiting.shift()?.();
    }
  }

  /** Terminates the workers. */
  [Symbol.dispose](): void {
    for (const { worker } of this.#threads.splice(0)) worker.terminate();
  }
}
