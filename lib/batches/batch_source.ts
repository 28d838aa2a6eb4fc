import type { Augmentation } from "./augment/augmentations.ts";
import type { CropOptions, CropSource } from "./augment/sample_crop.ts";
import { type Batch, type BatchJob, cutBatch } from "./cut_batch.ts";
import { type ContrastFloor, learnContrastFloor } from "../images/contrast_floor.ts";
import { type Dataset, DatasetError } from "../datasets/dataset.ts";
import { intensityEnds, type Normalization, normalizeImage } from "../images/normalize.ts";
import { DEFAULT_TASK, type TaskName, TASKS } from "../task/tasks.ts";
import { Random } from "../math/random.ts";

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
  /** What the targets are made for. Default: foreground. */
  task?: TaskName;
  /** Default: learnt from the images, where the normalisation heeds it. */
  contrastFloor?: ContrastFloor;
  /**
   * Threads that prepare batches beside this one; with 0, this one does. Whatever their number, batches are the same.
   * Default 0.
   */
  workers?: number;
}

/** The bytes of an array in memory that threads share. */
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
 * Training batches from some images of a data set. An epoch visits each image once in an order drawn
 * from seed and epoch, and drops the last incomplete batch; each crop depends on seed, epoch and
 * position alone. Dispose of it where it has workers.
 *
 * @throws {DatasetError} if a batch is larger than the number of images.
 */
export class BatchSource implements Disposable {
  readonly #sources: CropSource[];
  readonly #crop: CropOptions;
  readonly #threads: Thread[] = [];
  readonly #waiting: (() => void)[] = [];
  /** What the images teach about empty fields: other images are normalised with it too. Absent unless `robust`. */
  readonly contrastFloor: ContrastFloor | undefined;
  #epoch = -1;
  #order: number[] = [];

  constructor(readonly dataset: Dataset, readonly indices: readonly number[], readonly options: BatchOptions) {
    const { batchSize, channels, normalization, cropSize, augmentations, workers = 0, task = DEFAULT_TASK } = options;
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
    this.contrastFloor = normalization === "robust" ? options.contrastFloor ?? learnContrastFloor(samples) : undefined;
    this.#sources = samples.map(({ image: { width, height, channels }, image, labels }) => {
      const pixels = normalizeImage(image, normalization, this.contrastFloor);
      const mask = TASKS[task].targets(labels);
      const kept = workers > 0
        ? { pixels: new Float32Array(share(pixels)), mask: new Uint8Array(share(mask)) }
        : { pixels, mask };
      return { width, height, channels, ...kept };
    });
    this.#crop = { side: cropSize, channels, augmentations, range: intensityEnds(normalization) };
    for (let i = 0; i < workers; i++) {
      const worker = new Worker(new URL("./batch_worker.ts", import.meta.url), { type: "module" });
      worker.postMessage({ sources: this.#sources, options: this.#crop });
      this.#threads.push({ worker, busy: false });
    }
  }

  /** Batches per epoch. */
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

  #idsOf({ crops }: BatchJob): string[] {
    return crops.map(({ index }) => this.dataset.samples[this.indices[index]].id);
  }

  /** The batch at a position of an epoch, both counted from 0, made here and now. */
  get(epoch: number, position: number): Batch {
    const job = this.#job(epoch, position);
    return { ...cutBatch(this.#sources, this.#crop, job), ids: this.#idsOf(job) };
  }

  /** The same, made by a worker where there are any. Ask for several at once to keep all of them busy. */
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
          reject(new Error(`A batch could not be made: ${event.message}`));
        };
        worker.postMessage(job);
      });
      return { ...made, ids: this.#idsOf(job) };
    } finally {
      thread.busy = false;
      this.#waiting.shift()?.();
    }
  }

  /** Ends the workers. */
  [Symbol.dispose](): void {
    for (const { worker } of this.#threads.splice(0)) worker.terminate();
  }
}
