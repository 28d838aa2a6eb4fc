import type { Figure } from "../../plots/figure.ts";
import { pairedIntervalChart } from "../../plots/paired_interval_chart.ts";
import { MARGIN } from "../../evaluate/verdict.ts";
import { precisionTitle } from "../claims/precision_finding.ts";
import { type PrecisionJudgement, VERDICT_PREDICATES } from "../claims/precision_judgements.ts";
import { chartOf } from "./chart_of.ts";

/**
 * Draws each ensemble's gain over the best single member by Dice and by the mean average precision of its objects, with
 * both verdicts.
 *
 * @param judgements from `judgePrecisions`, at least one
 * @param study the name of the study, for the subtitle
 */
export function precisionChart(judgements: readonly PrecisionJudgement[], study?: string): Figure {
  return pairedIntervalChart(
    judgements.map(({ name, dice, precision, byDice, byPrecision }) => ({
      name,
      intervals: [dice, precision],
      notes: [VERDICT_PREDICATES[byDice], VERDICT_PREDICATES[byPrecision]],
    })),
    {
      title: precisionTitle(judgements),
      subtitle: chartOf(study),
      label: "difference to the best single member",
      scores: ["Dice", "mean average precision of objects"],
      reference: 0,
      limit: MARGIN,
    },
  );
}
