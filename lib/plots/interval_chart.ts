import * as Plot from "@observablehq/plot";
import type { Interval } from "../evaluate/bootstrap.ts";
import { chart } from "./chart.ts";
import type { Figure } from "./figure.ts";
import { COLORS } from "./palette.ts";

/** Draws estimates with their 95 % intervals, one row each. */
export function intervalChart(
  rows: readonly { name: string; interval: Interval }[],
  { label, reference, limit }: { label: string; reference?: number; limit?: number },
): Figure {
  const data = rows.map(({ name, interval }) => ({ name, ...interval }));
  return chart({
    description: `${label}: ${data.map(({ name, estimate }) => `${name} ${estimate.toFixed(3)}`).join(", ")}`,
    width: 640,
    height: 60 + 26 * rows.length,
    // Room for the longest name, at about 7 pixels a letter.
    marginLeft: Math.max(230, 14 + 7 * Math.max(...rows.map(({ name }) => name.length))),
    x: { label, grid: true, inset: 8 },
    y: { label: null, domain: rows.map(({ name }) => name) },
    marks: [
      ...(reference === undefined ? [] : [Plot.ruleX([reference], { stroke: COLORS.grey })]),
      ...(limit === undefined ? [] : [Plot.ruleX([limit], { stroke: COLORS.orange, strokeDasharray: "5 4" })]),
      Plot.ruleY(data, { y: "name", x1: "low", x2: "high", stroke: COLORS.blue, strokeWidth: 2 }),
      Plot.dot(data, { y: "name", x: "estimate", fill: COLORS.blue, r: 4 }),
    ],
  });
}
