import { replaceFile, writeAll } from "../io/replace_file.ts";
import { OptionError } from "../io/option_error.ts";
import { renderSvg } from "./render_svg.ts";

/** A picture that a notebook shows as the last value of a cell, and that can be saved. */
export interface Figure {
  /** What the picture shows, for readers who cannot see it. */
  readonly description: string;
  /** In CSS pixels. */
  readonly width: number;
  /** In CSS pixels. */
  readonly height: number;
  readonly png: Uint8Array;
  /** Absent for pictures made of pixels. */
  readonly svg?: string;
  /**
   * Writes the picture as `.svg` if it has one, or as `.png`.
   *
   * @throws {OptionError} for the extension `.svg` if the picture consists of pixels.
   */
  save(path: string): Promise<void>;
  [key: symbol]: () => Record<string, unknown>;
}

/** The symbol under which a value gives a notebook its display data. */
const DISPLAY = Symbol.for("Jupyter.display");

function makeFigure(parts: Pick<Figure, "description" | "width" | "height" | "png" | "svg">): Figure {
  return {
    ...parts,
    async save(path) {
      if (path.endsWith(".svg") && !parts.svg) {
        throw new OptionError(
          `${path} cannot be written as SVG, because the picture consists of pixels: save it as .png`,
        );
      }
      const bytes = path.endsWith(".svg") ? new TextEncoder().encode(parts.svg) : parts.png;
      await replaceFile(path, (file) => writeAll(file, bytes));
    },
    [DISPLAY]() {
      return {
        ...(parts.svg ? { "image/svg+xml": parts.svg } : {}),
        "image/png": parts.png.toBase64(),
        "text/plain": parts.description,
      };
    },
  };
}

/** Makes a figure from an SVG drawing. */
export function svgFigure(svg: string, width: number, height: number, description: string): Figure {
  return makeFigure({ description, width, height, svg, png: renderSvg(svg) });
}

/** Makes a figure from a PNG. */
export function pngFigure(png: Uint8Array, width: number, height: number, description: string): Figure {
  return makeFigure({ description, width, height, png });
}
