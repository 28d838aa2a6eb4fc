import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { HELP_WORDS, judgePrecisions } from "./precision_judgements.ts";
import { showInterval } from "./show_interval.ts";

/**
 * Writes each ensemble's verdict by the mean average precision of its objects.
 *
 * @returns one sentence per ensemble, with the verdict by Dice for comparison; none if the analysis has no precisions
 */
export function precisionLines(analysis: StudyAnalysis): string[] {
  return judgePrecisions(analysis).map(({ name, precision, byDice, byPrecision }) => {
    const agreement = byPrecision === byDice ? "as by Dice" : `by Dice it ${HELP_WORDS[byDice]}`;
    return `By mean average precision of objects, ${name} ${HELP_WORDS[byPrecision]}: gain ${
      showInterval(precision)
    }; ${agreement}.`;
  });
}
