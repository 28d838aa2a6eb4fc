import * as Plot from "@observablehq/plot";
import { chart } from "../../plots/chart.ts";
import type { Figure } from "../../plots/figure.ts";
import { lineLegend, type LineStyle } from "../../plots/legend.ts";
import { COLORS, SERIES_COLORS } from "../../plots/palette.ts";
import { widestText } from "../../plots/text_lines.ts";
import { listWords } from "../../display/list_words.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { chartOf } from "./chart_of.ts";

type Members = StudyAnalysis["members"];

/** Gives each architecture a colour, and each loss a line: the first solid, the others dashed. */
function memberStyles(members: Members): LineStyle[] {
  const architectures = [...new Set(members.map(({ architecture }) => architecture))];
  return members.map(({ name, architecture, loss }) => ({
    name,
    color: SERIES_COLORS[architectures.indexOf(architecture) % SERIES_COLORS.length],
    dashed: loss !== members[0].loss,
  }));
}

/** Makes a line for each member, in its style, and the legend. */
function memberLines<Point>(
  members: Members,
  points: (member: Members[number]) => readonly Point[],
  channels: { x: string; y: string; marker?: "dot" },
): Plot.Markish {
  const styles = memberStyles(members);
  return [
    ...members.map((member, i) =>
      Plot.lineY(points(member), {
        ...channels,
        stroke: styles[i].color,
        strokeWidth: 1.8,
        ...(styles[i].dashed ? { strokeDasharray: "6 4" } : {}),
      })
    ),
    lineLegend(styles),
  ];
}

/** Returns the width of the legend with its margins, in pixels. */
const legendWidth = (members: Members) => 50 + widestText(members.map(({ name }) => name), { size: 12, bold: true });

/**
 * Draws the observed share of foreground over the predicted probability, per member; on the diagonal a member is
 * calibrated.
 *
 * @param study the name of the study, for the subtitle
 */
export function reliabilityChart(members: Members, study?: string): Figure {
  const errors = members.flatMap(({ name, calibration }) =>
    calibration ? [`${name} ${calibration.boundary.toFixed(3)}`] : []
  );
  const title = "Do predicted probabilities match the observed foreground near outlines?";
  return chart({
    title,
    subtitle: chartOf(study, `On the dashed diagonal they match. Calibration error: ${listWords(errors)}.`),
    description: `${title} Calibration error: ${listWords(errors)}`,
    width: 420 + legendWidth(members),
    height: 400,
    marginTop: 28,
    marginRight: legendWidth(members),
    x: { label: "predicted probability (near outlines)", domain: [0, 1], grid: true },
    y: { label: "share that is foreground", domain: [0, 1], grid: true },
    marks: [
      Plot.line([[0, 0], [1, 1]], { stroke: COLORS.grey, strokeDasharray: "2 4" }),
      memberLines(members, ({ calibration }) => calibration?.reliability ?? [], {
        x: "predicted",
        y: "observed",
        marker: "dot",
      }),
    ],
  });
}

/**
 * Draws the mean Dice over the threshold, per member, with a line at 0.5; a flat curve is robust.
 *
 * @param study the name of the study, for the subtitle
 */
export function thresholdChart(members: Members, study?: string): Figure {
  const losses = members.flatMap(({ name, thresholds }) => {
    const usual = thresholds.find(({ threshold }) => Math.abs(threshold - 0.5) < 1e-9);
    return usual ? [{ name, lost: Math.max(...thresholds.map(({ dice }) => dice)) - usual.dice }] : [];
  });
  const most = losses.reduce((worst, each) => each.lost > worst.lost ? each : worst, { name: "", lost: -Infinity });
  const title = losses.length
    ? `At a threshold of 0.5 these members lose at most ${most.lost.toFixed(3)} Dice (${most.name})`
    : "How much does the threshold matter?";
  return chart({
    title,
    subtitle: chartOf(
      study,
      "Lost compared with the best threshold of each. Colours are architectures; dashes are the other loss.",
    ),
    description: `${title}; mean Dice over the threshold of ${listWords(members.map(({ name }) => name))}`,
    width: 480 + legendWidth(members),
    height: 300,
    marginTop: 28,
    marginRight: legendWidth(members),
    x: { label: "threshold", domain: [0, 1] },
    y: { label: "mean Dice, out of fold", grid: true },
    marks: [
      Plot.ruleX([0.5], { stroke: COLORS.grey }),
      memberLines(members, ({ thresholds }) => thresholds, { x: "threshold", y: "dice" }),
    ],
  });
}
