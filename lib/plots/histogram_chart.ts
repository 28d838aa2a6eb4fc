import * as Plot from "@observablehq/plot";
import { chart } from "./chart.ts";
import type { Figure } from "./figure.ts";
import { COLORS } from "./palette.ts";

/** Draws a histogram of values, with their mean as a dashed line. */
export function histogramChart(
  values: readonly number[],
  { label, unit = "images", bins = 30 }: { label: string; unit?: string; bins?: number },
): Figure {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const title = `${label[0].toUpperCase()}${label.slice(1)}: ${mean.toPrecision(3)} in the mean of ${
    values.length.toLocaleString("en")
  } ${unit}`;
  return chart({
    title,
    description: `${title}; histogram`,
    width: 520,
    height: 240,
    marginTop: 28,
    // Counts of up to 7 digits.
    marginLeft: 68,
    x: { label },
    y: { label: unit, grid: true },
    marks: [
      Plot.rectY(values.map((value) => ({ value })), {
        ...Plot.binX({ y: "count" }, { x: { value: "value", thresholds: bins } }),
        fill: COLORS.blue,
        inset: 0.5,
      }),
      Plot.ruleX([mean], { stroke: COLORS.orange, strokeDasharray: "5 4" }),
      Plot.text([mean], { x: (at: number) => at, text: () => "mean", frameAnchor: "top", dy: -8, fill: COLORS.orange }),
      Plot.ruleY([0]),
    ],
  });
}
