import type { PixelCounts } from "./metrics.ts";

/**
 * Returns the most probable class of each pixel; the first of several equal ones.
 *
 * @param probabilities `[height, width, classes]`
 * @returns class indices, `[height, width]`
 */
export function mostProbableClass(probabilities: ArrayLike<number>, classes: number): Uint8Array {
  const out = new Uint8Array(probabilities.length / classes);
  for (let i = 0, at = 0; i < out.length; i++, at += classes) {
    let best = 0;
    for (let c = 1; c < classes; c++) if (probabilities[at + c] > probabilities[at + best]) best = c;
    out[i] = best;
  }
  return out;
}

/**
 * Compares predicted classes with true ones. Pixels whose true class is not below `classes`, such as void, do not count.
 *
 * @param predicted class indices, per pixel
 * @param truth true class indices of the same pixels
 * @returns counts of each class, by index
 * @throws {RangeError} if the lengths differ.
 */
export function countClasses(
  predicted: ArrayLike<number>,
  truth: ArrayLike<number>,
  classes: number,
): PixelCounts[] {
  if (predicted.length !== truth.length) {
    throw new RangeError(`A map of ${predicted.length} pixels cannot be compared with a mask of ${truth.length}`);
  }
  const counts = Array.from({ length: classes }, () => ({ truePositive: 0, falsePositive: 0, falseNegative: 0 }));
  for (let i = 0; i < truth.length; i++) {
    if (truth[i] >= classes) continue;
    if (predicted[i] === truth[i]) counts[truth[i]].truePositive++;
    else {
      counts[truth[i]].falseNegative++;
      counts[predicted[i]].falsePositive++;
    }
  }
  return counts;
}
