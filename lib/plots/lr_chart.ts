import * as Plot from "@observablehq/plot";
import { type LrPoint, suggestedLearningRate } from "../train/lr_finder.ts";
import { chart } from "./chart.ts";
import type { Figure } from "./figure.ts";
import { COLORS } from "./palette.ts";

/** Draws a learning-rate range test: the loss over the rate, and the suggested rate. */
export function lrChart(points: readonly LrPoint[]): Figure {
  const rate = suggestedLearningRate(points);
  const title = `The range test suggests a learning rate of ${rate.toPrecision(1)}`;
  return chart({
    title,
    subtitle:
      "Dots are steps, the line is their running mean. The dashed line is at a third of the rate with the least loss.",
    description: `${title}; the rate rises from ${points[0].learningRate} to ${
      points.at(-1)!.learningRate.toPrecision(2)
    }`,
    width: 560,
    height: 260,
    marginTop: 28,
    marginLeft: 50,
    x: { label: "learning rate", type: "log", tickFormat: "~g" },
    y: { label: "loss", grid: true },
    marks: [
      Plot.ruleX([rate], { stroke: COLORS.orange, strokeDasharray: "5 4" }),
      Plot.dot(points, { x: "learningRate", y: "loss", r: 2, fill: COLORS.sky }),
      Plot.lineY(points, { x: "learningRate", y: "smoothed", stroke: COLORS.blue, strokeWidth: 2 }),
    ],
  });
}
