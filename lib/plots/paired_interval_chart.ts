import * as Plot from "@observablehq/plot";
import type { Estimate } from "../evaluate/interval.ts";
import { chart } from "./chart.ts";
import type { Figure } from "./figure.ts";
import { headed } from "./chart_heading.ts";
import { describeEstimate, type IntervalReferences, referenceMarks } from "./interval_marks.ts";
import { COLORS } from "./palette.ts";
import { widestText } from "./text_lines.ts";

/** A row of {@linkcode pairedIntervalChart}: the same difference by two scores. */
export interface PairedRow {
  name: string;
  /** Estimate and 95 % interval by the first score, and by the second. */
  intervals: readonly [Estimate, Estimate];
  /** A word or two on each, drawn in its colour at the right. */
  notes: readonly [string, string];
}

/** Options of {@linkcode pairedIntervalChart}. */
export interface PairedIntervalOptions extends Omit<IntervalReferences, "lines"> {
  /** The finding, or the question that the chart answers. */
  title: string;
  /** How to read the chart. */
  subtitle?: string;
  /** What the horizontal axis measures. */
  label: string;
  /** Names of the two scores. */
  scores: readonly [string, string];
}

/** How the two scores are drawn. They differ by colour, by symbol and by place, so that colour is not needed. */
const STYLES = [
  { color: COLORS.blue, symbol: "circle", dy: -7 },
  { color: COLORS.orange, symbol: "diamond", dy: 7 },
] as const;

/**
 * Draws a difference by two scores on one axis: a row for each method, with the first score's 95 % interval above the
 * second's.
 */
export function pairedIntervalChart(
  rows: readonly PairedRow[],
  { title, subtitle, label, scores, ...references }: PairedIntervalOptions,
): Figure {
  const names = rows.map(({ name }) => name),
    description = headed(
      title,
      `${label}: ${
        rows.map(({ name, intervals }) =>
          `${name} ${
            intervals.map((interval, s) => `${describeEstimate(interval, references)} by ${scores[s]}`).join(", ")
          }`
        ).join("; ")
      }`,
    );
  const marginLeft = 14 + widestText(names, { size: 12 }),
    marginRight = 20 + widestText(rows.flatMap(({ notes }) => notes), { size: 12 });
  const secondScore = 40 + widestText([scores[0]], { size: 12, bold: true });
  const series = STYLES.flatMap(({ color, symbol, dy }, s) => {
    const data = rows.map(({ name, intervals, notes }) => ({ name, note: notes[s], ...intervals[s] }));
    return [
      Plot.ruleY(data, { y: "name", x1: "low", x2: "high", dy, stroke: color, strokeWidth: 2 }),
      Plot.dot(data, { y: "name", x: "estimate", dy, fill: color, symbol, r: 4.5 }),
      Plot.text(data, {
        y: "name",
        text: "note",
        frameAnchor: "right",
        textAnchor: "start",
        dx: 10,
        dy,
        fill: color,
      }),
      // The first score's name ends where the second's begins.
      Plot.text([scores[s]], {
        frameAnchor: "top-left",
        text: (name: string) => name,
        textAnchor: "start",
        dx: s === 0 ? 14 : 14 + secondScore,
        dy: -22,
        fill: color,
        fontWeight: "bold",
      }),
      Plot.dot([0], {
        frameAnchor: "top-left",
        symbol,
        r: 4.5,
        fill: color,
        dx: s === 0 ? 4 : 4 + secondScore,
        dy: -16,
      }),
    ];
  });
  return chart({
    title,
    subtitle,
    description,
    width: marginLeft + 360 + marginRight,
    height: 76 + 38 * rows.length,
    marginTop: 34,
    marginLeft,
    marginRight,
    x: { label, grid: true, inset: 8 },
    y: { label: null, domain: names, tickSize: 0 },
    marks: [
      ...referenceMarks(references),
      series,
    ],
  });
}
