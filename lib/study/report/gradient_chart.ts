import * as Plot from "@observablehq/plot";
import { chart } from "../../plots/chart.ts";
import type { Figure } from "../../plots/figure.ts";
import { headed } from "../../plots/chart_heading.ts";
import { SERIES_COLORS } from "../../plots/palette.ts";
import { widestText } from "../../plots/text_lines.ts";
import { normJumps, stepJumps } from "../analyse/stability.ts";
import { chartOf } from "./chart_of.ts";

/** Symbols of the runs, so that colour is not needed. */
const SYMBOLS = ["circle", "diamond", "triangle", "square"] as const;

/**
 * Draws how much the gradient's norm jumps from step to step: the absolute logarithm of the ratio of successive norms,
 * which does not depend on the scale of the loss, and its mean for each run.
 *
 * @param runs name and norm at each step
 * @param study the name of the study, for the subtitle
 */
export function gradientChart(
  runs: readonly { name: string; norms: readonly number[] }[],
  study?: string,
): Figure {
  const series = runs.map(({ name, norms }, i) => ({
    color: SERIES_COLORS[i % SERIES_COLORS.length],
    symbol: SYMBOLS[i % SYMBOLS.length],
    mean: normJumps(norms),
    jumps: stepJumps(norms).map((jump, k) => ({ step: k + 2, jump })),
    name,
  }));
  const labels = series.map((run) => ({ ...run, label: `${run.name}: mean ${run.mean.toFixed(2)}` }));
  const title = series.length
    ? `From step to step the norm changes by a factor of ${
      series.map(({ name, mean }) => `${Math.exp(mean).toFixed(2)} (${name})`).join(" and ")
    }`
    : "This study has no such runs";
  return chart({
    title,
    subtitle: chartOf(study, "Each point is a step. The lines are the means, and the factor is the geometric mean."),
    description: headed(title, labels.map(({ label }) => label).join("; ")),
    width: 640,
    height: 300,
    marginTop: 28,
    marginLeft: 46,
    marginRight: 40 + widestText(labels.map(({ label }) => label), { size: 12, bold: true }),
    x: { label: "step" },
    y: { label: "|log(norm / norm at the step before)|", grid: true, zero: true },
    marks: [
      series.map(({ color, symbol, jumps }) =>
        Plot.dot(jumps, { x: "step", y: "jump", fill: color, fillOpacity: 0.75, symbol, r: jumps.length > 100 ? 2 : 3 })
      ),
      labels.map(({ color, mean, label, symbol }, i) => [
        Plot.ruleY([mean], { stroke: color, strokeWidth: 2 }),
        Plot.dot([0], { frameAnchor: "top-right", symbol, r: 4.5, fill: color, dx: 14, dy: 10 + 18 * i }),
        Plot.text([label], {
          frameAnchor: "top-right",
          text: (each: string) => each,
          textAnchor: "start",
          dx: 24,
          dy: 4 + 18 * i,
          fill: color,
          fontWeight: "bold",
        }),
      ]),
    ],
  });
}
