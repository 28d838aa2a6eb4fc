import * as Plot from "@observablehq/plot";
import type { Interval } from "../evaluate/bootstrap.ts";
import { chart } from "./chart.ts";
import type { Figure } from "./figure.ts";
import { COLORS } from "./palette.ts";

/** A row of {@linkcode pairedIntervalChart}: the same difference by two scores. */
export interface PairedRow {
  name: string;
  /** Estimate and 95 % interval by the first score, and by the second. */
  intervals: readonly [Interval, Interval];
  /** A word or two on each, drawn in its colour at the right. */
  notes: readonly [string, string];
}

/** Options of {@linkcode pairedIntervalChart}. */
export interface PairedIntervalOptions {
  /** The finding, or the question that the chart answers. */
  title: string;
  /** What the horizontal axis measures. */
  label: string;
  /** Names of the two scores. */
  scores: readonly [string, string];
  /** Where a solid line is drawn. */
  reference?: number;
  /** Where a dashed line is drawn. */
  limit?: number;
}

/** How the two scores are drawn. They differ by colour, by symbol and by place, so that colour is not needed. */
const STYLES = [
  { color: COLORS.blue, symbol: "circle", dy: -7 },
  { color: COLORS.orange, symbol: "diamond", dy: 7 },
] as const;

/** Width of a letter in pixels, at most. */
const LETTER = 7.5;

const longest = (texts: readonly string[]) => LETTER * Math.max(...texts.map(({ length }) => length));

/**
 * Draws a difference by two scores on one axis: a row for each method, with the first score's 95 % interval above the
 * second's.
 */
export function pairedIntervalChart(
  rows: readonly PairedRow[],
  { title, label, scores, reference, limit }: PairedIntervalOptions,
): Figure {
  const names = rows.map(({ name }) => name),
    description = `${title}. ${label}: ${
      rows.map(({ name, intervals }) =>
        `${name} ${intervals.map(({ estimate }, s) => `${estimate.toFixed(3)} by ${scores[s]}`).join(", ")}`
      ).join("; ")
    }`;
  const marginLeft = 14 + longest(names), marginRight = 14 + longest(rows.flatMap(({ notes }) => notes));
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
        dx: s === 0 ? 14 : 14 + 34 + LETTER * scores[0].length,
        dy: -22,
        fill: color,
        fontWeight: "bold",
      }),
      Plot.dot([0], {
        frameAnchor: "top-left",
        symbol,
        r: 4.5,
        fill: color,
        dx: s === 0 ? 4 : 4 + 34 + LETTER * scores[0].length,
        dy: -16,
      }),
    ];
  });
  return chart({
    description,
    width: marginLeft + 360 + marginRight,
    height: 100 + 38 * rows.length,
    marginTop: 58,
    marginLeft,
    marginRight,
    x: { label, grid: true, inset: 8 },
    y: { label: null, domain: names, tickSize: 0 },
    marks: [
      ...(reference === undefined ? [] : [Plot.ruleX([reference], { stroke: COLORS.grey })]),
      ...(limit === undefined ? [] : [Plot.ruleX([limit], { stroke: COLORS.grey, strokeDasharray: "5 4" })]),
      Plot.text([title], {
        frameAnchor: "top-left",
        text: (text: string) => text,
        dx: 4 - marginLeft,
        dy: -50,
        fontSize: 14,
        fontWeight: "bold",
      }),
      series,
    ],
  });
}
