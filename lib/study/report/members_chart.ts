import { clusterInterval } from "../../evaluate/cluster_interval.ts";
import type { Figure } from "../../plots/figure.ts";
import { intervalChart } from "../../plots/interval_chart.ts";
import { TASKS } from "../../task/tasks.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { clipScore, showScore } from "../claims/show_interval.ts";
import { type Part, partDice } from "../compare/comparisons.ts";
import { labelFor } from "../labels.ts";
import { chartOf } from "./chart_of.ts";

/**
 * Draws the members' mean Dice, the best first, with Otsu's threshold as a line. The caption has the baselines' numbers:
 * "all foreground" is so far from the members that drawing it would leave them no room.
 *
 * @param study the name of the study, for the subtitle
 */
export function membersChart(analysis: StudyAnalysis, part: Part = "outOfFold", study?: string): Figure {
  const { groups } = analysis[part];
  const rows = analysis.members
    .map((member) => ({ name: member.name, interval: clipScore(clusterInterval([partDice(member, part)], groups)) }))
    .sort((a, b) => b.interval.estimate - a.interval.estimate);
  const baselines = Object.entries(analysis.baselines).map(([id, scores]) => ({
    id,
    name: labelFor(id),
    interval: clusterInterval([scores[part]], groups),
  }));
  const otsu = baselines.find(({ id }) => id === "otsu");
  const above = rows.filter(({ interval }) => otsu && interval.estimate > otsu.interval.estimate).length;
  const dice = TASKS[analysis.task].target === "classes" ? "mean Dice of the classes" : "mean Dice";
  return intervalChart(rows, {
    title: otsu
      ? `${above} of ${rows.length} members have a higher ${dice} than Otsu's threshold`
      : `${rows[0].name} has the highest ${dice}`,
    subtitle: chartOf(study),
    label: part === "test" ? `${dice} on the test split` : `${dice}, out of fold`,
    caption: baselines.map(({ name, interval }) => `${name}: ${showScore(interval)}`).join("; "),
    lines: otsu ? [{ name: "Otsu", value: otsu.interval.estimate }] : [],
  });
}
