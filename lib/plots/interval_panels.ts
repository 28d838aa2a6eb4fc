import * as Plot from "@observablehq/plot";
import { drawPlot } from "./draw_plot.ts";
import type { Figure } from "./figure.ts";
import { headed } from "./chart_heading.ts";
import type { IntervalChartOptions } from "./interval_chart.ts";
import { describeEstimate, intervalMarks, type IntervalRow } from "./interval_marks.ts";
import { COLORS } from "./palette.ts";
import { panelChart } from "./panel_chart.ts";
import { widestText } from "./text_lines.ts";

/** Options of {@linkcode intervalPanels}. */
export interface IntervalPanelsOptions extends Omit<IntervalChartOptions, "lines"> {
  /** Whether all panels have the same horizontal scale, so that lengths can be compared. Default true. */
  sameScale?: boolean;
  /** Panels next to each other. Default: all. */
  columns?: number;
}

/** Width of a panel without the names of the rows, in pixels. */
const PANEL_WIDTH = 290;

/** Returns the smallest range that holds all intervals, the reference and the band. */
function wholeRange(
  rows: readonly IntervalRow[],
  { reference, limit }: Pick<IntervalPanelsOptions, "reference" | "limit">,
): [low: number, high: number] {
  const ends = rows.flatMap(({ interval }) => [interval.low, interval.high]);
  if (reference !== undefined) ends.push(reference);
  if (limit !== undefined) ends.push((reference ?? 0) - limit, (reference ?? 0) + limit);
  return [Math.min(...ends), Math.max(...ends)];
}

/**
 * Draws estimates with their 95 % intervals in panels next to each other, such as one for each study. A row has the same
 * name and the same height in all panels; where a panel has no such row, a dash is drawn.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { intervalPanels } from "lib/plots";
 *
 * const interval = { estimate: 0.01, low: 0, high: 0.02, groups: 9 };
 * const figure = intervalPanels([
 *   { name: "generated", rows: [{ name: "UNet", interval }, { name: "PSPNet", interval }] },
 *   { name: "real", rows: [{ name: "UNet", interval }] },
 * ], { title: "Which loss is better?", label: "BCE − focal, Dice", reference: 0, sameScale: false });
 * assert.match(figure.description, /^Which loss is better\? generated, BCE − focal, Dice: UNet 0\.010, PSPNet 0\.010;/);
 * ```
 */
export function intervalPanels(
  panels: readonly { name: string; rows: readonly IntervalRow[] }[],
  { label, title, subtitle, caption, sameScale = true, columns = panels.length, ...references }: IntervalPanelsOptions,
): Figure {
  const names = [...new Set(panels.flatMap(({ rows }) => rows.map(({ name }) => name)))];
  const namesWidth = 14 + widestText(names, { size: 12 });
  const common = wholeRange(panels.flatMap(({ rows }) => rows), references);
  const drawn = panels.map(({ name, rows }, i) => {
    const isFirst = i % columns === 0, marginLeft = isFirst ? namesWidth : 14;
    const present = new Set(rows.map(({ name }) => name));
    return {
      title: name,
      titleLeft: marginLeft,
      plot: drawPlot({
        width: marginLeft + PANEL_WIDTH,
        height: 56 + 24 * names.length,
        marginTop: 8,
        marginLeft,
        marginRight: 14,
        x: { label, grid: true, inset: 8, ticks: 4, domain: sameScale ? common : wholeRange(rows, references) },
        y: { label: null, domain: names, tickSize: 0, axis: isFirst ? "left" : null },
        marks: [
          intervalMarks(rows, references),
          Plot.text(names.filter((name) => !present.has(name)), {
            y: (name: string) => name,
            text: () => "–",
            frameAnchor: "middle",
            fill: COLORS.grey,
          }),
        ],
      }, label),
    };
  });
  const description = panels.map(({ name, rows }) =>
    `${name}, ${label}: ${
      rows.map(({ name, interval }) => `${name} ${describeEstimate(interval, references)}`).join(", ")
    }`
  ).join("; ");
  return panelChart(drawn, { title, subtitle, caption, columns, description: headed(title, description) });
}
