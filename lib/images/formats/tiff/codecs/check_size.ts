import type { Block } from "./codec.ts";

/** Maximum number of pixels of a picture below its block: a last strip is sometimes padded to the others' height. */
const MAX_EXTRA = 1 << 22;

/**
 * Refuses a picture whose width differs from its block's, or whose height is smaller or far larger.
 *
 * @throws {Error} naming both sizes
 */
export function checkSize(name: string, picture: { width: number; height: number }, block: Block): void {
  const { width, height } = picture, extra = (height - block.height) * width;
  if (width === block.width && extra >= 0 && extra <= MAX_EXTRA) return;
  throw new Error(`its ${name} data have ${width} × ${height} pixels, not ${block.width} × ${block.height}`);
}
