import * as Plot from "@observablehq/plot";
import { labelFor } from "../labels.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import type { CauseGains } from "../compare/gains_by_cause.ts";
import { chart } from "../../plots/chart.ts";
import type { Figure } from "../../plots/figure.ts";
import { legend } from "../../plots/legend.ts";
import { COLORS, SERIES_COLORS } from "../../plots/palette.ts";

/** Draws the Dice of two methods on each image; above the diagonal the second is better. */
export function scoreScatter(
  first: { name: string; dice: readonly number[] },
  second: { name: string; dice: readonly number[] },
): Figure {
  const points = first.dice.map((x, i) => ({ x, y: second.dice[i] }));
  const low = Math.min(...first.dice, ...second.dice);
  return chart({
    description: `Dice of ${second.name} over ${first.name} on ${points.length} images`,
    width: 400,
    height: 380,
    x: { label: `${first.name} (Dice)`, domain: [low, 1], grid: true },
    y: { label: `${second.name} (Dice)`, domain: [low, 1], grid: true },
    marks: [
      Plot.line([[low, low], [1, 1]], { stroke: COLORS.grey, strokeDasharray: "4 4" }),
      Plot.dot(points, { x: "x", y: "y", r: 2.5, fill: COLORS.blue, fillOpacity: 0.5 }),
    ],
  });
}

/**
 * Draws the observed share of foreground over the predicted probability, per member; on the diagonal a member is
 * calibrated.
 */
export function reliabilityChart(members: StudyAnalysis["members"]): Figure {
  const points = members.flatMap(({ name, calibration }) =>
    calibration?.reliability.map((bin) => ({ name, ...bin })) ?? []
  );
  return chart({
    description: `Reliability of ${members.map(({ name }) => name).join(", ")} around outlines`,
    width: 560,
    height: 380,
    marginRight: 180,
    x: { label: "predicted probability (near outlines)", domain: [0, 1], grid: true },
    y: { label: "share that is foreground", domain: [0, 1], grid: true },
    color: { domain: members.map(({ name }) => name), range: [...SERIES_COLORS] },
    marks: [
      Plot.line([[0, 0], [1, 1]], { stroke: COLORS.grey, strokeDasharray: "4 4" }),
      Plot.lineY(points, { x: "predicted", y: "observed", stroke: "name", strokeWidth: 1.6, marker: "dot" }),
      legend(members.map(({ name }) => name)),
    ],
  });
}

/** Draws the mean Dice over the threshold, per member; a flat curve is robust. */
export function thresholdChart(members: StudyAnalysis["members"]): Figure {
  const points = members.flatMap(({ name, thresholds }) => thresholds.map((point) => ({ name, ...point })));
  return chart({
    description: `Mean Dice over the threshold of ${members.map(({ name }) => name).join(", ")}`,
    width: 620,
    height: 300,
    marginRight: 180,
    x: { label: "threshold", domain: [0, 1] },
    y: { label: "mean Dice, out of fold", grid: true },
    color: { domain: members.map(({ name }) => name), range: [...SERIES_COLORS] },
    marks: [
      Plot.lineY(points, { x: "threshold", y: "dice", stroke: "name", strokeWidth: 1.6 }),
      legend(members.map(({ name }) => name)),
    ],
  });
}

/** Draws how many members get a foreground pixel right. */
export function correctMembersChart(right: readonly number[]): Figure {
  const bars = right.map((share, k) => ({ k, share }));
  return chart({
    description: `Share of the foreground pixels that k of ${right.length - 1} members get right`,
    width: 480,
    height: 240,
    x: { label: `members that are right, of ${right.length - 1}`, tickFormat: "d" },
    y: { label: "share of the pixels", grid: true, tickFormat: "%" },
    marks: [
      Plot.barY(bars, {
        x: "k",
        y: "share",
        fill: ({ k }: { k: number }) => 2 * k < right.length ? COLORS.orange : COLORS.blue,
      }),
      Plot.ruleY([0]),
    ],
  });
}

/**
 * Draws the gain of averaging over the quality of the members, one panel per cause of weak members; without causes a
 * sentence.
 */
export function qualityChart(causes: readonly CauseGains[]): Figure {
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
  const data = causes.flatMap(({ cause, levels }) =>
    levels.map(({ quality, gain }) => ({ cause: labelFor(cause), quality: quality.estimate, ...gain }))
  );
  return chart({
    description: `Gain of soft voting over the mean member's Dice, by cause of weak members: ${
      causes.map(({ cause, levels }) => `${labelFor(cause)} (${levels.length} levels)`).join(", ")
    }`,
    width: 160 + 160 * causes.length,
    height: 280,
    marginLeft: 50,
    marginTop: 44,
    fx: { label: null, domain: causes.map(({ cause }) => labelFor(cause)) },
    x: { label: "mean member's Dice", grid: true, inset: 8, ticks: 4 },
    y: { label: "gain of soft voting (Dice)", grid: true, inset: 8 },
    marks: [
      Plot.ruleY([0], { stroke: COLORS.grey }),
      Plot.ruleX(data, { fx: "cause", x: "quality", y1: "low", y2: "high", stroke: COLORS.blue, strokeWidth: 1.5 }),
      Plot.dot(data, { fx: "cause", x: "quality", y: "estimate", fill: COLORS.blue, r: 4 }),
    ],
  });
}

/** Draws the gain of averaging two members over their diversity, for all pairs. */
export function diversityChart(pairs: StudyAnalysis["pairs"]): Figure {
  return chart({
    description: `Gain of averaging two members over their disagreement, ${pairs.length} pairs`,
    width: 480,
    height: 300,
    marginLeft: 50,
    x: { label: "disagreement on foreground pixels", grid: true },
    y: { label: "gain over their mean (Dice)", grid: true },
    marks: [
      Plot.ruleY([0], { stroke: COLORS.grey }),
      Plot.dot(pairs, { x: "disagreement", y: "gain", fill: COLORS.blue, r: 4 }),
      Plot.linearRegressionY(pairs, { x: "disagreement", y: "gain", stroke: COLORS.orange, ci: 0 }),
    ],
  });
}

/** Draws the gradient norms over training, per run: their median and the range of nine in ten, by loss. */
export function gradientChart(runs: readonly { name: string; norms: readonly number[] }[]): Figure {
  const points = runs.flatMap(({ name, norms }) => norms.map((norm, i) => ({ name, step: i + 1, norm })));
  return chart({
    description: `Gradient norms over ${runs[0]?.norms.length ?? 0} steps of ${
      runs.map(({ name }) => name).join(", ")
    }`,
    width: 640,
    height: 300,
    marginRight: 180,
    x: { label: "step" },
    y: { label: "norm of the gradient", type: "log", grid: true, tickFormat: "~g" },
    color: { domain: runs.map(({ name }) => name), range: [...SERIES_COLORS] },
    marks: [
      Plot.lineY(points, { x: "step", y: "norm", stroke: "name", strokeWidth: 1.2 }),
      legend(runs.map(({ name }) => name)),
    ],
  });
}
