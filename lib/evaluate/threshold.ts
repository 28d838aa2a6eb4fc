import { type EmptyMaskScore, scoreImages } from "./metrics.ts";

/** The candidate thresholds: 0.01, 0.02, … 0.99. */
const THRESHOLDS = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);

/** The best threshold, and the score of each candidate. */
export interface TunedThreshold {
  threshold: number;
  /** Mean Dice of the images at that threshold. */
  dice: number;
  /** Mean Dice at each threshold. */
  curve: { threshold: number; dice: number }[];
}

/**
 * Finds the threshold with the best mean Dice. Use predictions of images that the model was not trained on; the score
 * on these same images is then optimistic.
 *
 * @param maps each image's probabilities of foreground
 * @param masks each image's mask, foreground if larger than 0
 * @throws {RangeError} if a map and its mask differ in size.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tuneThreshold } from "lib";
 *
 * const { threshold, dice } = tuneThreshold([[0.1, 0.3, 0.4]], [[0, 1, 1]]);
 * assert.ok(threshold > 0.1 && threshold <= 0.3);
 * assert.equal(dice, 1);
 * ```
 */
export function tuneThreshold(
  maps: readonly ArrayLike<number>[],
  masks: readonly ArrayLike<number>[],
  empty: EmptyMaskScore = "one",
): TunedThreshold {
  // Per image and threshold, the numbers of foreground and background pixels above the threshold.
  const counts = maps.map((map, image) => {
    const mask = masks[image];
    if (map.length !== mask.length) {
      throw new RangeError(`A map of ${map.length} pixels cannot be compared with a mask of ${mask.length}`);
    }
    const inside = new Float64Array(THRESHOLDS.length + 1), outside = new Float64Array(THRESHOLDS.length + 1);
    let foreground = 0;
    for (let i = 0; i < map.length; i++) {
      // The number of thresholds that the value exceeds; hundredths are not exact in binary.
      let above = Math.min(THRESHOLDS.length, Math.max(0, Math.ceil(map[i] * 100) - 1));
      while (above < THRESHOLDS.length && map[i] > THRESHOLDS[above]) above++;
      while (above > 0 && map[i] <= THRESHOLDS[above - 1]) above--;
      if (mask[i] > 0) {
        inside[above]++;
        foreground++;
      } else outside[above]++;
    }
    for (let i = THRESHOLDS.length - 1; i >= 0; i--) {
      inside[i] += inside[i + 1];
      outside[i] += outside[i + 1];
    }
    return THRESHOLDS.map((_, i) => ({
      truePositive: inside[i + 1],
      falsePositive: outside[i + 1],
      falseNegative: foreground - inside[i + 1],
    }));
  });
  const curve = THRESHOLDS.map((threshold, i) => ({
    threshold,
    dice: scoreImages(counts.map((image) => image[i]), empty).dice,
  }));
  const distance = ({ threshold }: { threshold: number }) => Math.abs(threshold - 0.5);
  const best = curve.reduce((best, next) =>
    next.dice > best.dice || (next.dice === best.dice && distance(next) < distance(best)) ? next : best
  );
  return { ...best, curve };
}
