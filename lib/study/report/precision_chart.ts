import type { Figure } from "../../plots/figure.ts";
import { pairedIntervalChart } from "../../plots/paired_interval_chart.ts";
import { MARGIN } from "../../evaluate/verdict.ts";
import { precisionTitle } from "../claims/precision_finding.ts";
import { type PrecisionJudgement, VERDICT_PREDICATES } from "../claims/precision_judgements.ts";

/**
 * Draws each ensemble's gain over the best single member by Dice and by the mean average precision of its objects, with
 * both verdicts.
 *
 * @param judgements from `judgePrecisions`, at least one
 */
export function precisionChart(judgements: readonly PrecisionJudgement[]): Figure {
  return pairedIntervalChart(
    judgements.map(({ name, dice, precision, byDice, byPrecision }) => ({
      name,
      intervals: [dice, precision],
      notes: [VERDICT_PREDICATES[byDice], VERDICT_PREDICATES[byPrecision]],
    })),
    {
      title: precisionTitle(judgements),
      label: "difference to the best single member",
      scores: ["Dice", "mean average precision of objects"],
      reference: 0,
      limit: MARGIN,
    },
  );
}
