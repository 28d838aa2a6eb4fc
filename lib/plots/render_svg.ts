import { Resvg } from "@resvg/resvg-js";
// Outside this project only packages that are imported can be resolved.
import fontPackage from "dejavu-fonts-ttf/package.json" with { type: "json" };
import { createRequire } from "node:module";
import { withDensity } from "../display/png_density.ts";

const FONT = `${fontPackage.name}/ttf/DejaVuSans`;
const require = createRequire(import.meta.url);
let fontFiles: string[] | undefined;

/** The font family of charts. It comes with the project, so that text looks the same everywhere. */
export const FONT_FAMILY = "DejaVu Sans";

/** Returns the paths of the font's regular and bold files. */
export function fonts(): string[] {
  return fontFiles ??= ["", "-Bold"].map((style) => require.resolve(`${FONT}${style}.ttf`));
}

/**
 * Draws an SVG as a PNG that contains its intended size.
 *
 * @param scale pixels per unit of the drawing. Default 2, for sharp screens.
 */
export function renderSvg(svg: string, scale = 2): Uint8Array {
  const resvg = new Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    background: "white",
    font: { fontFiles: fonts(), loadSystemFonts: false, defaultFontFamily: FONT_FAMILY },
  });
  return withDensity(resvg.render().asPng(), scale);
}
