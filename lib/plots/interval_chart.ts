import { chart } from "./chart.ts";
import { type ChartHeading, headed } from "./chart_heading.ts";
import type { Figure } from "./figure.ts";
import { describeEstimate, intervalMarks, type IntervalReferences, type IntervalRow } from "./interval_marks.ts";
import { widestText } from "./text_lines.ts";

/** Options of {@linkcode intervalChart}. */
export interface IntervalChartOptions extends IntervalReferences, Omit<ChartHeading, "description"> {
  /** What the horizontal axis measures. */
  label: string;
}

/** Draws estimates with their 95 % intervals, one row each. */
export function intervalChart(
  rows: readonly IntervalRow[],
  { label, title, subtitle, caption, ...references }: IntervalChartOptions,
): Figure {
  const names = rows.map(({ name }) => name);
  const marginLeft = 20 + widestText(names, { size: 12 });
  return chart({
    title,
    subtitle,
    caption,
    description: headed(
      title,
      `${label}: ${rows.map(({ name, interval }) => `${name} ${describeEstimate(interval, references)}`).join(", ")}`,
    ),
    // Long names take as much room as they need, and leave the intervals theirs.
    width: Math.max(640, marginLeft + 360),
    height: 66 + 24 * rows.length,
    marginTop: 24,
    marginLeft,
    x: { label, grid: true, inset: 8 },
    y: { label: null, domain: names, tickSize: 0 },
    marks: [intervalMarks(rows, references)],
  });
}
