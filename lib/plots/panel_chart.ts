import { visibleText } from "../display/visible_text.ts";
import type { ChartHeading } from "./chart_heading.ts";
import type { DrawnPlot } from "./draw_plot.ts";
import { type Figure, svgFigure } from "./figure.ts";
import { COLORS } from "./palette.ts";
import { FONT_FAMILY } from "./render_svg.ts";
import { textLines, type TextStyle } from "./text_lines.ts";

/** One plot of a chart of several. */
export interface Panel {
  plot: DrawnPlot;
  /** Drawn above the plot. */
  title?: string;
  /** Where the title begins, in pixels from the plot's left edge. Default 0. */
  titleLeft?: number;
}

const TITLE = { size: 14, bold: true, color: "#222" } as const;
const SUBTITLE = { size: 12, color: COLORS.grey } as const;
const CAPTION = { size: 11, color: COLORS.grey } as const;
const PANEL_TITLE = { size: 12, bold: true, color: "#222" } as const;
const MARGIN = 8;

const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** Writes lines of text; `top` is the upper edge of the first. */
function textElements(
  lines: readonly string[],
  left: number,
  top: number,
  { size, bold, color }: TextStyle & { color: string },
): string {
  return lines.map((line, i) =>
    `<text x="${left}" y="${top + size + i * (size + 5)}" font-size="${size}px"${bold ? ' font-weight="bold"' : ""} ` +
    `fill="${color}">${escaped(line)}</text>`
  ).join("");
}

/**
 * Draws several plots as one figure, in rows, each with its axes.
 *
 * @param panels plots from the upper left to the lower right
 * @param columns plots per row. Default: all.
 */
export function panelChart(
  panels: readonly Panel[],
  { description, title = "", subtitle = "", caption = "", columns = panels.length }: ChartHeading & {
    columns?: number;
  },
): Figure {
  const rows = Array.from(
    { length: Math.ceil(panels.length / columns) },
    (_, i) => panels.slice(i * columns, (i + 1) * columns),
  );
  const width = Math.max(...rows.map((row) => row.reduce((sum, { plot }) => sum + plot.width, 0)));
  const parts: string[] = [];
  let top = 0;
  const write = (text: string, style: TextStyle & { color: string }, after: number) => {
    const lines = textLines(text, width - 2 * MARGIN, style);
    if (lines.length === 0) return;
    parts.push(textElements(lines, MARGIN, top + 6, style));
    top += 6 + lines.length * (style.size + 5) + after;
  };
  write(title, TITLE, 0);
  write(subtitle, SUBTITLE, 0);
  for (const row of rows) {
    const titled = row.some(({ title }) => title) ? PANEL_TITLE.size + 10 : 0;
    let left = 0;
    for (const { plot, title = "", titleLeft = 0 } of row) {
      if (title) parts.push(textElements([title], left + titleLeft, top + 6, PANEL_TITLE));
      parts.push(`<g transform="translate(${left},${top + titled})">${plot.group}</g>`);
      left += plot.width;
    }
    top += titled + Math.max(...row.map(({ plot }) => plot.height));
  }
  write(caption, CAPTION, 4);
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${
      escaped(description)
    }" width="${width}" height="${top}" ` +
    `viewBox="0 0 ${width} ${top}" style="background:white;font-family:${FONT_FAMILY}">${parts.join("")}</svg>`;
  return svgFigure(svg.split("\n").map(visibleText).join("\n"), width, top, description);
}
