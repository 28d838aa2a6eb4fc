import * as Plot from "@observablehq/plot";
import { count } from "../../io/count.ts";
import { chart } from "../../plots/chart.ts";
import { drawPlot } from "../../plots/draw_plot.ts";
import type { Figure } from "../../plots/figure.ts";
import { COLORS } from "../../plots/palette.ts";
import { panelChart } from "../../plots/panel_chart.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import type { CauseGains } from "../compare/gains_by_cause.ts";
import { labelFor, levelLabel } from "../labels.ts";
import { chartOf } from "./chart_of.ts";

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;

/**
 * Draws how many members get a pixel right, of those that the truth or any member calls foreground.
 *
 * @param right the share of these pixels that 0, 1, 2 … members get right
 * @param study the name of the study, for the subtitle
 */
export function correctMembersChart(right: readonly number[], study?: string): Figure {
  const bars = right.map((share, k) => ({ k, share, text: `${(100 * share).toFixed(1)} %` }));
  const members = right.length - 1;
  const title = `All ${members} members are right on ${
    percent(right[members])
  } of the pixels that are foreground or called so, none on ${percent(right[0])}`;
  return chart({
    title,
    subtitle: chartOf(
      study,
      "Pixels that the truth or any member calls foreground. Orange: at most half of the members are right.",
    ),
    description: `${title}; ${bars.map(({ k, text }) => `${k} members ${text}`).join(", ")}`,
    width: 560,
    height: 240,
    marginTop: 20,
    marginLeft: 20,
    x: { label: `members that are right, of ${members}`, tickFormat: "d", tickSize: 0 },
    // The bars have their numbers.
    y: { axis: null },
    marks: [
      Plot.barY(bars, {
        x: "k",
        y: "share",
        fill: ({ k }: { k: number }) => 2 * k < right.length ? COLORS.orange : COLORS.blue,
      }),
      Plot.text(bars, { x: "k", y: "share", text: "text", dy: -9 }),
      Plot.ruleY([0]),
    ],
  });
}

/**
 * Draws the gain of averaging over the quality of the members, a panel for each cause of weak members; without causes it
 * is a sentence. The label is at the level that is weakest by design, as `gainsByCause` sorts them.
 *
 * @param study the name of the study, for the subtitle
 */
export function qualityChart(causes: readonly CauseGains[], study?: string): Figure {
  if (causes.length === 0) {
    const description = "Nothing to show: this study did not vary the quality of its members";
    return chart({
      description,
      width: 680,
      height: 60,
      axis: null,
      marks: [Plot.text([description], { frameAnchor: "middle" })],
    });
  }
  const levels = causes.flatMap(({ levels }) => levels);
  const ends = (values: readonly number[]) => [Math.min(...values), Math.max(...values)] as const;
  const x = ends(levels.map(({ quality }) => quality.estimate));
  const y = ends(levels.flatMap(({ gain }) => [gain.low, gain.high, 0]));
  const panels = causes.map(({ cause, members, levels }, i) => {
    const data = levels.map(({ level, quality, gain }) => ({
      level: levelLabel(cause, level),
      quality: quality.estimate,
      ...gain,
    }));
    // The level that the verdict compares with the best has its name; names of all levels would overlap.
    const [first] = data, isNear = ({ quality }: typeof first) => Math.abs(quality - first.quality) < (x[1] - x[0]) / 5;
    // The name is above the points next to it, which it would hide.
    const weakest = { ...first, high: Math.max(...data.filter(isNear).map(({ high }) => high)) };
    const place = (weakest.quality - x[0]) / (x[1] - x[0]);
    const anchor = place < 0.25 ? "start" : place > 0.75 ? "end" : "middle";
    return {
      title: `${labelFor(cause)}, ${count(members, "member")}`,
      titleLeft: 56,
      plot: drawPlot({
        width: 380,
        height: 236,
        marginTop: 28,
        marginLeft: 56,
        marginRight: 16,
        x: { label: "mean member's Dice", grid: true, inset: 10, domain: x },
        y: { label: i % 2 === 0 ? "gain of soft voting (Dice)" : null, grid: true, inset: 10, domain: y },
        marks: [
          Plot.ruleY([0], { stroke: COLORS.grey }),
          Plot.ruleX(data, { x: "quality", y1: "low", y2: "high", stroke: COLORS.blue, strokeWidth: 1.5 }),
          Plot.dot(data, { x: "quality", y: "estimate", fill: COLORS.blue, r: 3.5 }),
          Plot.text([weakest], {
            x: "quality",
            y: "high",
            text: "level",
            dy: -9,
            textAnchor: anchor,
            fill: COLORS.grey,
            stroke: "white",
            strokeWidth: 4,
          }),
        ],
      }, cause),
    };
  });
  const title = "Do weak members make averaging useless?";
  return panelChart(panels, {
    title,
    subtitle: chartOf(
      study,
      "A panel for each cause of weak members. Points are levels of it, with 95 % intervals; the one that should be weakest " +
        "has a label. Above zero, soft voting gains.",
    ),
    columns: 2,
    description: `${title} Gain of soft voting over the mean member's Dice, varied by ${
      causes.map(({ cause, levels }) => `${labelFor(cause)} (${levels.length} levels)`).join(", ")
    }`,
  });
}

/**
 * Draws the gain of averaging two members over their diversity, for all pairs.
 *
 * @param study the name of the study, for the subtitle
 */
export function diversityChart(pairs: StudyAnalysis["pairs"], study?: string): Figure {
  const title = "Do members that differ more gain more from averaging?";
  return chart({
    title,
    subtitle: chartOf(
      study,
      `Each of the ${pairs.length} points is a pair of members; pairs that share a member depend on each other.`,
    ),
    description: `${title} Gain over disagreement of ${pairs.length} pairs`,
    width: 560,
    height: 320,
    marginTop: 28,
    marginLeft: 50,
    x: { label: "disagreement on foreground pixels", grid: true, inset: 8 },
    y: { label: "gain over their mean (Dice)", grid: true, inset: 8 },
    marks: [
      Plot.ruleY([0], { stroke: COLORS.grey }),
      Plot.dot(pairs, { x: "disagreement", y: "gain", fill: COLORS.blue, r: 4 }),
    ],
  });
}
