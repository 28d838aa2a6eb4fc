import type { BoundingBox } from "./bounding_box.ts";
import type { ObjectRuns } from "./object_runs.ts";

/** An object's size, position and the ellipse with the same second moments. */
export interface Moments {
  /** Number of pixels. */
  pixels: number;
  /** Mean row and column, in units of length. */
  centroid: readonly [y: number, x: number];
  /** Lengths of the ellipse's axes, in units of length. */
  major: number;
  minor: number;
  /** Eccentricity of the ellipse: 0 for a circle, below 1 for an ellipse, 1 for a line. */
  eccentricity: number;
  /** Angle between the rows' axis and the major axis in radians, −π/2 to π/2, counter-clockwise. */
  orientation: number;
}

/**
 * Computes an object's moments. The ellipse has the eigenvalues of the inertia tensor: its axes are four times their
 * roots (Jähne, Digital Image Processing, chapter 19).
 *
 * @param box bounding box in the runs' coordinates
 * @param place top left corner of the box in the image
 * @param sides height and width of a pixel, in units of length
 */
export function measureMoments(
  { first, row, start, end }: ObjectRuns,
  object: number,
  box: BoundingBox,
  { top, left }: Pick<BoundingBox, "top" | "left">,
  [height, width]: readonly [number, number],
): Moments {
  // Sums over whole numbers, relative to the bounding box: exact as long as they are below 2^53.
  let n = 0, sumX = 0, sumY = 0, sumXX = 0, sumXY = 0, sumYY = 0;
  for (let run = first[object]; run < first[object + 1]; run++) {
    const y = row[run] - box.top, a = start[run] - box.left, length = end[run] - start[run], b = a + length - 1;
    const x = (a + b) * length / 2;
    n += length;
    sumX += x;
    sumY += y * length;
    sumXX += sumOfSquares(b) - sumOfSquares(a - 1);
    sumXY += x * y;
    sumYY += y * y * length;
  }
  const scale = 1 / (n * n);
  const varianceX = (n * sumXX - sumX * sumX) * scale * width * width;
  const varianceY = (n * sumYY - sumY * sumY) * scale * height * height;
  const covariance = (n * sumXY - sumX * sumY) * scale * width * height;
  const difference = varianceX - varianceY;
  const large = (varianceX + varianceY + Math.hypot(difference, 2 * covariance)) / 2;
  // The quotient is exact for lines, where the difference of the eigenvalues' formula would leave rounding errors.
  const small = large > 0 ? Math.max(0, (varianceX * varianceY - covariance * covariance) / large) : 0;
  return {
    pixels: n,
    centroid: [(top + sumY / n) * height, (left + sumX / n) * width],
    major: 4 * Math.sqrt(large),
    minor: 4 * Math.sqrt(small),
    eccentricity: large > 0 ? Math.sqrt(Math.max(0, 1 - small / large)) : 0,
    orientation: difference === 0
      ? (covariance > 0 ? 1 : -1) * Math.PI / 4
      : Math.atan2(2 * covariance, -difference) / 2,
  };
}

/** Returns 0² + 1² + … + n². */
function sumOfSquares(n: number): number {
  return n * (n + 1) * (2 * n + 1) / 6;
}
