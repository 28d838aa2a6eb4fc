import type { Batch } from "./cut_batch.ts";
import { tf } from "../tensorflow/mod.ts";

/** A batch as tensors. */
export interface UploadedBatch {
  /** `[batch, side, side, channels]` */
  images: tf.Tensor4D;
  /** `[batch, side, side, 1]` */
  masks: tf.Tensor4D;
  ids: string[];
}

/** Copies a batch into tensors, which the caller disposes of. */
export function uploadBatch({ images, masks, ids }: Batch): UploadedBatch {
  const side = Math.sqrt(masks.length / ids.length);
  return {
    images: tf.tensor4d(images, [ids.length, side, side, images.length / masks.length]),
    masks: tf.tensor4d(masks, [ids.length, side, side, 1]),
    ids,
  };
}
