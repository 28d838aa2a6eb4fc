/// <reference lib="deno.worker" />
import type { CropOptions, CropSource } from "./augment/sample_crop.ts";
import { type BatchJob, cutBatch } from "./cut_batch.ts";

/** A thread of a `BatchSource`: the first message brings the images, every other one a batch to cut. */
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
    // With its message and its stack, which an event of the worker lacks.
    self.postMessage({ error });
  }
};
