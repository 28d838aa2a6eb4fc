import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { type Figure, svgFigure } from "./figure.ts";
import { FONT_FAMILY } from "./render_svg.ts";
import { OptionError } from "../io/option_error.ts";
import { visibleText } from "../display/visible_text.ts";

// linkedom's document has the methods that Plot needs, but its type is not that of a browser's document.
const { document } = parseHTML("<html><body></body></html>") as unknown as { document: Plot.PlotOptions["document"] };

/** Options of {@linkcode chart}: those of Observable Plot, and a description of the chart. */
export type ChartOptions = Plot.PlotOptions & { description: string };

/**
 * Serialises a drawing as XML. linkedom writes attributes as HTML, with `&` and `<` unescaped, and XML does not allow
 * control characters.
 */
function serialize(svg: ReturnType<typeof Plot.plot>): string {
  for (const element of [svg, ...svg.querySelectorAll("*")]) {
    for (const { name, value } of [...element.attributes]) {
      if (/[&<]/.test(value)) element.setAttribute(name, value.replaceAll("&", "&amp;").replaceAll("<", "&lt;"));
    }
  }
  return svg.outerHTML.split("\n").map(visibleText).join("\n");
}

/**
 * Draws an Observable Plot as a figure, with SVG for screens and PNG for everything else.
 *
 * @throws {OptionError} if the options make Plot draw HTML: a title, subtitle, caption or swatch legend.
 */
export function chart({ description, width = 640, height = 360, ...options }: ChartOptions): Figure {
  const svg = Plot.plot({
    marginBottom: 40,
    ...options,
    width,
    height,
    document,
    style: { fontFamily: FONT_FAMILY, fontSize: "12px", background: "white", color: "#222" },
  });
  if (svg.tagName.toLowerCase() !== "svg") {
    throw new OptionError(
      `The chart "${description}" has a title, subtitle, caption or legend, which Plot draws as HTML instead of SVG: ` +
        "leave it out, and label the marks instead",
    );
  }
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", description);
  return svgFigure(serialize(svg), width, height, description);
}
