import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { type Figure, svgFigure } from "./figure.ts";
import { FONT_FAMILY } from "./render_svg.ts";
import { visibleText } from "../display/visible_text.ts";

// linkedom's document has what Plot calls of a browser's; Deno's types know neither.
const { document } = parseHTML("<html><body></body></html>") as unknown as { document: Plot.PlotOptions["document"] };

/** Options of {@linkcode chart}: Observable Plot's, and a sentence on what it shows. */
export type ChartOptions = Plot.PlotOptions & { description: string };

/**
 * A drawing as XML. linkedom writes attributes as HTML does, with `&` and `<` as they are; and control characters in a name are no
 * XML at all.
 */
function serialize(svg: ReturnType<typeof Plot.plot>): string {
  for (const element of [svg, ...svg.querySelectorAll("*")]) {
    for (const { name, value } of [...element.attributes]) {
      if (/[&<]/.test(value)) element.setAttribute(name, value.replaceAll("&", "&amp;").replaceAll("<", "&lt;"));
    }
  }
  return svg.outerHTML.split("\n").map(visibleText).join("\n");
}

/** An Observable Plot as a figure: SVG for screens, PNG for everything else. */
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
    throw new TypeError("A chart with a title or a swatch legend is HTML: label its marks instead");
  }
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", description);
  return svgFigure(serialize(svg), width, height, description);
}
