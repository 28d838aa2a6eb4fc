import * as Plot from "@observablehq/plot";
import { decisiveDigits } from "../evaluate/decisive_digits.ts";
import type { Estimate } from "../evaluate/interval.ts";
import { COLORS } from "./palette.ts";

/** A row of a chart of intervals. */
export interface IntervalRow {
  name: string;
  /** Estimate and 95 % interval. */
  interval: Estimate;
}

/** Lines and a band that intervals are compared with. */
export interface IntervalReferences {
  /** Where a solid line is drawn. */
  reference?: number;
  /** Differences from the reference, either way, that count as none: a grey band. */
  limit?: number;
  /** Lines with a name above each, such as a baseline's score. */
  lines?: readonly { name: string; value: number }[];
}

/** Formats an estimate for the description of a chart. What would round to an end of the band has more digits. */
export function describeEstimate(
  { estimate }: Pick<Estimate, "estimate">,
  { reference = 0, limit }: Pick<IntervalReferences, "reference" | "limit">,
): string {
  const ends = limit === undefined ? [] : [reference - limit, reference + limit];
  return estimate.toFixed(decisiveDigits(estimate, ends));
}

/** Makes the marks of the band and of the line that intervals are compared with. */
export function referenceMarks({ reference, limit }: Pick<IntervalReferences, "reference" | "limit">): Plot.Markish[] {
  const center = reference ?? 0;
  return [
    ...(limit === undefined ? [] : [
      Plot.rect([0], { x1: center - limit, x2: center + limit, fill: COLORS.grey, fillOpacity: 0.12 }),
    ]),
    ...(reference === undefined ? [] : [Plot.ruleX([reference], { stroke: COLORS.grey })]),
  ];
}

/** Makes the marks of intervals, one row each, over the lines and the band that they are compared with. */
export function intervalMarks(
  rows: readonly IntervalRow[],
  { lines = [], ...references }: IntervalReferences,
): Plot.Markish {
  const data = rows.map(({ name, interval }) => ({ name, ...interval }));
  return [
    ...referenceMarks(references),
    Plot.ruleX(lines, { x: "value", stroke: COLORS.orange, strokeDasharray: "5 4" }),
    Plot.text(lines, {
      x: "value",
      text: (line: { name: string; value: number }) => `${line.name} ${line.value.toFixed(3)}`,
      frameAnchor: "top",
      dy: -10,
      fill: COLORS.orange,
    }),
    Plot.ruleY(data, { y: "name", x1: "low", x2: "high", stroke: COLORS.blue, strokeWidth: 2 }),
    Plot.dot(data, { y: "name", x: "estimate", fill: COLORS.blue, r: 4 }),
  ];
}
