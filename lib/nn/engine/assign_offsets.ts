/** When a piece of memory is needed. */
export interface Lifetime {
  bytes: number;
  /** The first and the last step that use it. */
  first: number;
  last: number;
}

/** Alignment of each piece: a cache line, also for several images. */
const ALIGNMENT = 64;

/**
 * Places pieces of memory so that those that are needed at the same time do not overlap: the largest first, each as low
 * as possible.
 *
 * @returns the first byte of each, and the bytes of all together
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { assignOffsets } from "lib/nn/engine/assign_offsets.ts";
 *
 * const pieces = [{ bytes: 64, first: 0, last: 1 }, { bytes: 64, first: 1, last: 2 }, { bytes: 64, first: 2, last: 3 }];
 * assert.deepEqual(assignOffsets(pieces), { offsets: [0, 64, 0], bytes: 128 });
 * ```
 */
export function assignOffsets(pieces: readonly Lifetime[]): { offsets: number[]; bytes: number } {
  const sizes = pieces.map(({ bytes }) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
  const offsets = new Array<number>(pieces.length).fill(0), placed: number[] = [];
  for (const piece of pieces.map((_, i) => i).sort((a, b) => sizes[b] - sizes[a] || a - b)) {
    const { first, last } = pieces[piece];
    const others = placed.filter((other) => pieces[other].first <= last && first <= pieces[other].last)
      .sort((a, b) => offsets[a] - offsets[b]);
    let offset = 0;
    for (const other of others) {
      if (offset + sizes[piece] <= offsets[other]) break;
      offset = Math.max(offset, offsets[other] + sizes[other]);
    }
    offsets[piece] = offset;
    placed.push(piece);
  }
  return { offsets, bytes: Math.max(0, ...offsets.map((offset, i) => offset + sizes[i])) };
}
