import type { BatchSource } from "../batches/batch_source.ts";
import type { Batch } from "../batches/cut_batch.ts";
import { uploadBatch, type UploadedBatch } from "../batches/upload_batch.ts";

/**
 * Prepares the batches of an epoch ahead, as many as keep the worker threads busy. Without workers, a batch is prepared
 * on request.
 *
 * @param epoch counts from 0
 * @returns a function that uploads the batch at a position, or returns `undefined` after the last one
 */
export function prefetchBatches(
  batches: BatchSource,
  epoch: number,
): (position: number) => Promise<UploadedBatch | undefined> {
  const ahead = new Map<number, Promise<Batch>>();
  return async (position) => {
    if (position >= batches.length) return undefined;
    const last = Math.min(batches.length - 1, position + 2 * (batches.options.workers ?? 0));
    for (let p = position; p <= last; p++) if (!ahead.has(p)) ahead.set(p, batches.request(epoch, p));
    const batch = ahead.get(position)!;
    ahead.delete(position);
    return uploadBatch(await batch);
  };
}
