import { type EmptyMaskScore, scoreImages } from "./metrics.ts";

/** Thresholds that are tried: 0.01, 0.02, … 0.99. */
const THRESHOLDS = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);

/** The best threshold, and what each one scores. */
export interface TunedThreshold {
  threshold: number;
  /** Mean Dice of the images at that threshold. */
  dice: number;
  /** Mean Dice at each threshold. */
  curve: { threshold: number; dice: number }[];
}

/**
 * The threshold with the best mean Dice. Give it predictions of images that the model did not train on;
 * what it scores on those same images afterwards is too good.
 *
 * @param maps probability of foreground of each image
 * @param masks of each image, foreground where larger than 0
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
  // Per image and threshold, how many foreground and background pixels lie above.
  const counts = maps.map((map, image) => {
    const mask = masks[image];
    if (map.length !== mask.length) {
      throw new RangeError(`A map of ${map.length} pixels cannot be scored on a mask of ${mask.length}`);
    }
    const inside = new Float64Array(THRESHOLDS.length + 1), outside = new Float64Array(THRESHOLDS.length + 1);
    let foreground = 0;
    for (let i = 0; i < map.length; i++) {
      // How many thresholds it exceeds; hundredths are not exact in binary.
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
