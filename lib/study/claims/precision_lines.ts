import { type Verdict, verdictBelow } from "../../evaluate/verdict.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { compareEnsembles } from "../compare/comparisons.ts";
import { comparePrecisions } from "../compare/precision_comparisons.ts";
import { NO_HELP } from "./claim.ts";
import { showInterval } from "./show_interval.ts";

/** The verdicts on "it does not help" in words. */
const SAYS = {
  supported: "does not help",
  refuted: "helps",
  inconclusive: "is inconclusive",
} as const satisfies Record<
  Verdict,
  string
>;

/**
 * Judges each ensemble by the mean average precision of its objects, by the rule of the claims: it helps if the whole
 * interval of its gain over the best single member lies above +0.01, and does not help if it lies below.
 *
 * @returns one sentence per ensemble, with the verdict by Dice for comparison; none if the analysis has no precisions
 */
export function precisionLines(analysis: StudyAnalysis): string[] {
  const byDice = new Map(
    compareEnsembles(analysis, "outOfFold").map(({ id, versusBest }) => [id, versusBest.difference]),
  );
  return comparePrecisions(analysis).map(({ id, name, versusBest: { difference } }) => {
    const verdict = verdictBelow(difference, NO_HELP), dice = verdictBelow(byDice.get(id)!, NO_HELP);
    const agreement = verdict === dice ? "as by Dice" : `by Dice it ${SAYS[dice]}`;
    return `By mean average precision of objects, ${name} ${SAYS[verdict]}: gain ${
      showInterval(difference)
    }; ${agreement}.`;
  });
}
