import type { LabelImage } from "./image.ts";

/**
 * Returns 1 for pixels of objects and 0 for background: float32 `[height, width]`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { foreground } from "lib";
 *
 * const labels = { width: 3, height: 1, data: Uint16Array.of(0, 7, 8) };
 * assert.deepEqual([...foreground(labels)], [0, 1, 1]);
 * ```
 */
export function foreground(labels: LabelImage): Float32Array {
  const out = new Float32Array(labels.data.length);
  for (let i = 0; i < out.length; i++) out[i] = labels.data[i] > 0 ? 1 : 0;
  return out;
}

/** Returns the fraction of a label mask's pixels that belong to objects, 0 to 1. */
export function foregroundShare({ data }: LabelImage): number {
  let count = 0;
  for (let i = 0; i < data.length; i++) if (data[i] > 0) count++;
  return count / data.length;
}
