import { mean } from "../../math/mean.ts";
import type { Recommendation } from "./recommendation.ts";

/**
 * Returns the threshold for new images: the mean of those that were tuned on the other folds.
 *
 * @returns `undefined` if they are not better than 0.5
 */
export function tunedThreshold({ tuned }: Pick<Recommendation, "tuned">): number | undefined {
  return tuned ? Number(mean(tuned.thresholds).toFixed(2)) : undefined;
}
