import { type CropOptions, type CropSource, sampleCrop } from "./augment/sample_crop.ts";

/** The crops of one training step. */
export interface Batch {
  /** float32 `[batchSize, cropSize, cropSize, channels]`. */
  images: Float32Array;
  /** The task's targets, 0 or 1 or class indices, float32 `[batchSize, cropSize, cropSize, 1]`. */
  masks: Float32Array;
  /** Ids of the images, for messages. */
  ids: string[];
}

/** The description of a batch to cut. */
export interface BatchJob {
  /** For each crop, the index of its source and the keys of its random numbers. */
  crops: { index: number; keys: number[] }[];
}

/** Cuts the crops of a batch. */
export function cutBatch(
  sources: readonly CropSource[],
  options: CropOptions,
  { crops }: BatchJob,
): Pick<Batch, "images" | "masks"> {
  const area = options.side * options.side;
  const images = new Float32Array(crops.length * area * options.channels);
  const masks = new Float32Array(crops.length * area);
  crops.forEach(({ index, keys }, b) => {
    const image = images.subarray(b * area * options.channels, (b + 1) * area * options.channels);
    sampleCrop(sources[index], options, keys, image, masks.subarray(b * area, (b + 1) * area));
  });
  return { images, masks };
}
