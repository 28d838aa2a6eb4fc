import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { differenceWords } from "./difference_words.ts";
import { judgePrecisions, VERDICT_PREDICATES } from "./precision_judgements.ts";
import { showDifference } from "./show_interval.ts";

/**
 * Writes each ensemble's verdict by the mean average precision of its objects.
 *
 * @returns one sentence per ensemble, with the verdict by Dice for comparison; none if the analysis has no precisions
 */
export function precisionLines(analysis: StudyAnalysis): string[] {
  return judgePrecisions(analysis).map(({ name, precision, byDice, byPrecision }) => {
    const agreement = byPrecision === byDice ? "as by Dice" : `by Dice it ${VERDICT_PREDICATES[byDice]}`;
    return `By mean average precision of objects, ${name} differs from the best single member by ${
      showDifference(precision)
    }: ${differenceWords(precision)}; ${agreement}.`;
  });
}
