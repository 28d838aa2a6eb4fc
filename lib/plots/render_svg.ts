import { Resvg } from "@resvg/resvg-js";
// Outside this project only packages that are imported can be resolved.
import fontPackage from "dejavu-fonts-ttf/package.json" with { type: "json" };
import { createRequire } from "node:module";
import { withDensity } from "../display/png_density.ts";

const FONT = `${fontPackage.name}/ttf/DejaVuSans`;
const require = createRequire(import.meta.url);
let fontFiles: string[] | undefined;

/** The family that charts name: it comes with the project, so that text looks alike everywhere. */
export const FONT_FAMILY = "DejaVu Sans";

/** Paths of the font's regular and bold files. */
export function fonts(): string[] {
  return fontFiles ??= ["", "-Bold"].map((style) => require.resolve(`${FONT}${style}.ttf`));
}

/**
 * Draws an SVG as PNG, which says how large it is to be shown.
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
