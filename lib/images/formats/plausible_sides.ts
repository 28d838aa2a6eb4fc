/** Smallest and largest side of a pixel in µm that a microscope can have. */
const SIDES = [1e-5, 100] as const;
/** Resolutions of printers and scanners in dots per inch, whose pixels a microscope could have. */
const DOTS_PER_INCH = [300, 350, 360, 400, 600, 1200, 2400, 4800];
/** One inch in µm. */
const INCH = 25_400;
/** Writers round resolutions. */
const ROUNDING = 1e-3;

function isPlausible(side: number): boolean {
  return side >= SIDES[0] && side <= SIDES[1] &&
    !DOTS_PER_INCH.some((dots) => Math.abs(side * dots / INCH - 1) < ROUNDING);
}

/**
 * Returns the sides of a pixel that a file states, if they can be those of a microscope. Programs also write the
 * resolution of a screen or a printer, such as 72 or 300 dots per inch, which says nothing of the object.
 *
 * @param height in µm; the width if the file does not state it
 * @param width in µm
 */
export function plausibleSides(height: number, width: number): readonly [height: number, width: number] | undefined {
  const sides = [height > 0 ? height : width, width] as const;
  return sides.every(isPlausible) ? sides : undefined;
}
