/** A scale bar of a round length. */
export interface ScaleBar {
  /** Such as `50 µm`. */
  text: string;
  /** Length in pixels of the image. */
  pixels: number;
}

/** Returns the largest number of 1, 2 or 5 times a power of ten that is not larger than a number. */
function roundDown(most: number): number {
  let exponent = Math.floor(Math.log10(most));
  // The logarithm of a power of ten may be rounded down.
  if (10 ** (exponent + 1) <= most) exponent++;
  return ([5, 2].find((each) => each * 10 ** exponent <= most) ?? 1) * 10 ** exponent;
}

/**
 * Chooses a scale bar in pixels, for images of unknown pixel size.
 *
 * @param longest maximum length in pixels of the image
 */
export function pixelScaleBar(longest: number): ScaleBar {
  const pixels = Math.max(1, roundDown(longest));
  return { text: pixels === 1 ? "1 pixel" : `${pixels} pixels`, pixels };
}

/** Units by their length in µm, the longest first. */
const UNITS = [["m", 1e6], ["cm", 1e4], ["mm", 1e3], ["µm", 1], ["nm", 1e-3]] as const;

/**
 * Chooses the longest scale bar of 1, 2 or 5 times a power of ten that fits.
 *
 * @param pixelWidth width of a pixel in µm
 * @param longest maximum length in pixels of the image
 */
export function scaleBar(pixelWidth: number, longest: number): ScaleBar {
  const length = roundDown(pixelWidth * longest);
  const [unit, size] = UNITS.find(([, micrometres]) => length >= micrometres * 0.999) ?? UNITS[UNITS.length - 1];
  return { text: `${Number((length / size).toPrecision(3))} ${unit}`, pixels: length / pixelWidth };
}
