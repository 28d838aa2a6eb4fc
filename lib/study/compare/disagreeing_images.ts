import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { labelFor } from "../labels.ts";
import { BEST_SINGLE } from "./comparisons.ts";
import { bestSinglePrecision, memberPrecisions } from "./precision_comparisons.ts";

/** An image on which an ensemble has a better Dice, and worse objects, than the best single member. */
export interface DisagreeingImage {
  /** The image's id in the data set. */
  id: string;
  group: string;
  /** Label of the ensemble. */
  name: string;
  /** Gain in Dice over the best single member, above 0. */
  dice: number;
  /** Gain in mean average precision over the member with the best precision, below 0. */
  precision: number;
}

/**
 * Finds the out-of-fold images on which Dice and objects disagree most: an ensemble is better than the best single member
 * by Dice, and worse by the mean average precision of its objects. They are sorted by the distance between both gains,
 * the largest first. Of several ensembles that disagree on an image, the one with the largest distance is listed.
 *
 * @param count largest number of images. Default 8.
 * @returns nothing if the analysis has no precisions
 */
export function disagreeingImages(analysis: StudyAnalysis, count = 8): DisagreeingImage[] {
  const { ids, groups, folds } = analysis.outOfFold, perMember = memberPrecisions(analysis);
  if (!perMember) return [];
  const bestDice = analysis.ensembles.find(({ id }) => id === BEST_SINGLE)!.outOfFold;
  const bestPrecision = bestSinglePrecision(perMember, folds);
  const ensembles = analysis.ensembles.filter(({ id }) => id !== BEST_SINGLE);
  const distance = ({ dice, precision }: DisagreeingImage) => dice - precision;
  return ids.flatMap((id, i) => {
    const disagreeing = ensembles.flatMap(({ id: ensemble, outOfFold, precision }) => {
      if (!precision) return [];
      const gains = { dice: outOfFold[i] - bestDice[i], precision: precision[i] - bestPrecision[i] };
      return gains.dice > 0 && gains.precision < 0
        ? [{ id, group: groups[i], name: labelFor(ensemble), ...gains }]
        : [];
    });
    return disagreeing.sort((a, b) => distance(b) - distance(a)).slice(0, 1);
  }).sort((a, b) => distance(b) - distance(a)).slice(0, count);
}
