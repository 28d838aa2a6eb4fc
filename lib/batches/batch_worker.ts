/// <reference lib="deno.worker" />
import type { CropOptions, CropSource } from "./augment/sample_crop.ts";
import { type BatchJob, cutBatch } from "./cut_batch.ts";

/** State of a worker thread of `BatchSource`: the first message contains the images, each later one a batch to cut. */
let sources: CropSource[] = [];
let options: CropOptions;

self.onmessage = ({ data }: MessageEvent<BatchJob | { sources: CropSource[]; options: CropOptions }>) => {
  if ("sources" in data) {
    ({ sources, options } = data);
    return;
  }
  try {
    const { images, masks } = cutBatch(sources, options, data);
    self.postMessage({ images, masks }, [images.buffer, masks.buffer] as Transferable[]);
  } catch (error) {
    // Send the error with its message and its stack, which the worker's error event lacks.
    self.postMessage({ error });
  }
};
