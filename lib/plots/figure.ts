import { replaceFile, writeAll } from "../io/replace_file.ts";
import { renderSvg } from "./render_svg.ts";

/** A picture that a notebook shows when it is a cell's last value, and that can be saved. */
export interface Figure {
  /** What the picture shows, for those who cannot see it. */
  readonly description: string;
  /** In CSS pixels. */
  readonly width: number;
  /** In CSS pixels. */
  readonly height: number;
  readonly png: Uint8Array;
  /** Absent for pictures made of pixels. */
  readonly svg?: string;
  /** Writes the picture: `.svg` where there is one, else `.png`. */
  save(path: string): Promise<void>;
  [key: symbol]: () => Record<string, unknown>;
}

/** The notebook's symbol for values that know how to be shown. */
const DISPLAY = Symbol.for("Jupyter.display");

function makeFigure(parts: Pick<Figure, "description" | "width" | "height" | "png" | "svg">): Figure {
  return {
    ...parts,
    async save(path) {
      if (path.endsWith(".svg") && !parts.svg) {
        throw new TypeError(`${path}: this picture is made of pixels, save it as .png`);
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

/** A figure from a drawing. */
export function svgFigure(svg: string, width: number, height: number, description: string): Figure {
  return makeFigure({ description, width, height, svg, png: renderSvg(svg) });
}

/** A figure from pixels. */
export function pngFigure(png: Uint8Array, width: number, height: number, description: string): Figure {
  return makeFigure({ description, width, height, png });
}
