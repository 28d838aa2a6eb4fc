import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { OptionError } from "../io/option_error.ts";
import { FONT_FAMILY } from "./render_svg.ts";

// linkedom's document has the methods that Plot needs, but its type is not that of a browser's document.
const { document } = parseHTML("<html><body></body></html>") as unknown as { document: Plot.PlotOptions["document"] };

/** A plot as a part of an SVG drawing. */
export interface DrawnPlot {
  /** An SVG group, with its origin in its upper left corner. */
  group: string;
  width: number;
  height: number;
}

/**
 * Draws an Observable Plot as an SVG group, without title, subtitle and caption.
 *
 * @param name what an error calls the plot
 * @throws {OptionError} if the options make Plot draw HTML: a legend of swatches.
 */
export function drawPlot(
  { width = 640, height = 360, ...options }: Omit<Plot.PlotOptions, "title" | "subtitle" | "caption">,
  name: string,
): DrawnPlot {
  const svg = Plot.plot({ marginBottom: 40, ...options, width, height, document });
  if (svg.tagName.toLowerCase() !== "svg") {
    throw new OptionError(
      `The chart "${name}" has a legend, which Plot draws as HTML instead of SVG: leave it out, and label the marks instead`,
    );
  }
  svg.querySelector("style")?.remove();
  // linkedom writes attributes as HTML, with `&` and `<` unescaped.
  for (const element of svg.querySelectorAll("*")) {
    for (const { name, value } of [...element.attributes]) {
      if (/[&<]/.test(value)) element.setAttribute(name, value.replaceAll("&", "&amp;").replaceAll("<", "&lt;"));
    }
  }
  const style = `font-family:${FONT_FAMILY};font-size:12px;color:#222`;
  return { group: `<g style="${style}" fill="currentColor" text-anchor="middle">${svg.innerHTML}</g>`, width, height };
}
