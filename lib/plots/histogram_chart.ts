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
  return chart({
    description: `Histogram of ${label}: ${values.length} ${unit}, mean ${mean.toPrecision(3)}`,
    width: 480,
    height: 240,
    x: { label },
    y: { label: unit, grid: true },
    marks: [
      Plot.rectY(values.map((value) => ({ value })), {
        ...Plot.binX({ y: "count" }, { x: { value: "value", thresholds: bins } }),
        fill: COLORS.blue,
        inset: 0.5,
      }),
      Plot.ruleX([mean], { stroke: COLORS.orange, strokeDasharray: "5 4" }),
      Plot.ruleY([0]),
    ],
  });
}
