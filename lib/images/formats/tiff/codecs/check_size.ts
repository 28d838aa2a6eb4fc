import type { Block } from "./codec.ts";

/** Pixels that a picture may have below its block: a last strip is sometimes filled up to the others' height. */
const MOST_EXTRA = 1 << 22;

/**
 * Refuses a picture that is not as wide as its block, or not as high, or far higher.
 *
 * @throws {Error} with both sizes
 */
export function checkSize(name: string, picture: { width: number; height: number }, block: Block): void {
  const { width, height } = picture, extra = (height - block.height) * width;
  if (width === block.width && extra >= 0 && extra <= MOST_EXTRA) return;
  throw new Error(`its ${name} data hold ${width} × ${height} pixels, not ${block.width} × ${block.height}`);
}
