import { OptionError } from "../io/option_error.ts";

/** Size of a pixel in µm: its side, or height and width where they differ. */
export type PixelSize = number | readonly [height: number, width: number];

/**
 * Returns a pixel's height and width in µm.
 *
 * @throws {OptionError} if a side is not a positive number.
 */
export function pixelSides(size: PixelSize): readonly [height: number, width: number] {
  const sides = typeof size === "number" ? [size, size] as const : size;
  if (sides.length !== 2 || !sides.every((side) => Number.isFinite(side) && side > 0)) {
    throw new OptionError(`The pixel size is ${size}: give the side of a pixel in µm, such as 0.325`);
  }
  return sides;
}
