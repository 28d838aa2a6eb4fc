import type * as Plot from "@observablehq/plot";
import type { ChartHeading } from "./chart_heading.ts";
import { drawPlot } from "./draw_plot.ts";
import type { Figure } from "./figure.ts";
import { panelChart } from "./panel_chart.ts";

/**
 * Options of {@linkcode chart}: those of Observable Plot, and a description of the chart. The title, the subtitle and the
 * caption are drawn as parts of the picture, so that they are also in a saved file.
 */
export type ChartOptions = Omit<Plot.PlotOptions, "title" | "subtitle" | "caption"> & ChartHeading;

/**
 * Draws an Observable Plot as a figure, with SVG for screens and PNG for everything else.
 *
 * @throws {OptionError} if the options make Plot draw HTML: a legend of swatches.
 */
export function chart({ description, title, subtitle, caption, ...options }: ChartOptions): Figure {
  return panelChart([{ plot: drawPlot(options, description) }], { description, title, subtitle, caption });
}
