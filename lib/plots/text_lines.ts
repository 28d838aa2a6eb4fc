import { createCanvas, type SKRSContext2D } from "@napi-rs/canvas";
import { loadCanvasFonts } from "./canvas_fonts.ts";
import { FONT_FAMILY } from "./render_svg.ts";

/** Size and weight of a text. */
export interface TextStyle {
  /** Size of the font in pixels. */
  size: number;
  bold?: boolean;
}

let context: SKRSContext2D | undefined;

/** Returns the width of a text in the project's font, in pixels. */
export function textWidth(text: string, { size, bold = false }: TextStyle): number {
  loadCanvasFonts();
  context ??= createCanvas(1, 1).getContext("2d");
  context.font = `${bold ? "bold " : ""}${size}px "${FONT_FAMILY}"`;
  return context.measureText(text).width;
}

/** Returns the width of the widest text, in pixels; 0 without texts. */
export function widestText(texts: readonly string[], style: TextStyle): number {
  return Math.max(0, ...texts.map((text) => textWidth(text, style)));
}

/** Returns the longest beginning of a text that fits, of one character at least. */
function fittingStart(text: string, width: number, style: TextStyle): string {
  const characters = [...text];
  let count = characters.length;
  while (count > 1 && textWidth(characters.slice(0, count).join(""), style) > width) count--;
  return characters.slice(0, count).join("");
}

/**
 * Breaks a text into lines, between words where it can. A word that is wider than a line, such as a file's name, is broken
 * where the line ends, so that all of it can be read.
 *
 * @param width width of a line in pixels
 */
export function textLines(text: string, width: number, style: TextStyle): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((each) => each !== "")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (textWidth(longer, style) <= width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = word;
    while (textWidth(line, style) > width && line.length > 1) {
      const start = fittingStart(line, width, style);
      if (start === line) break;
      lines.push(start);
      line = line.slice(start.length);
    }
  }
  return line === "" ? lines : [...lines, line];
}
