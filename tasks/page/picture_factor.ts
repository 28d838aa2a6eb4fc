/** Longest side of a shown picture, in pixels. */
const LONGEST_SIDE = 4096;

/** Returns the whole number by which a picture is shrunk before it is shown. */
export function pictureFactor({ width, height }: { width: number; height: number }): number {
  return Math.ceil(Math.max(width, height) / LONGEST_SIDE);
}
