/**
 * Training batches: crops, augmentation, worker threads.
 * @module
 */
export { type Augmentation, AUGMENTATIONS } from "./augment/augmentations.ts";
export { BatchSource } from "./batch_source.ts";
export type { Batch } from "./cut_batch.ts";
