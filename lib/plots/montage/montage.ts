import { createCanvas, type SKRSContext2D } from "@napi-rs/canvas";
import { visibleText } from "../../display/visible_text.ts";
import { loadCanvasFonts } from "../canvas_fonts.ts";
import { type Figure, pngFigure } from "../figure.ts";
import { type OutlineStyle, strokeLine } from "../overlay/draw_outlines.ts";
import { FONT_FAMILY } from "../render_svg.ts";
import { textLines, textWidth } from "../text_lines.ts";
import { drawTile, ERROR_COLORS, PREDICTION, type Tile, TRUTH } from "./tile.ts";

/** Options of {@linkcode montage}. */
export interface MontageOptions {
  /** Pictures per row. Default 4. */
  columns?: number;
  /** Longest side of each picture in pixels. Default 240. */
  side?: number;
  /** What the pictures are, for readers who cannot see them. Default "Images". */
  description?: string;
  /** Whether each picture has a scale bar. Default: if a picture has a prediction. */
  scaleBars?: boolean;
}

const GAP = 12, TEXT = { size: 12 }, LINE = 16, LEGEND = 28;

/** What lines and tints mean: a style of lines, or a colour. */
type LegendEntry = readonly [text: string, kind: OutlineStyle | string];

function legendEntries(tiles: readonly Tile[]): LegendEntry[] {
  if (!tiles.some(({ prediction }) => prediction)) return [];
  const color = (rgb: readonly number[]) => `rgb(${rgb.join(", ")})`;
  return [
    ["truth", TRUTH],
    ["prediction", PREDICTION],
    ["spurious", color(ERROR_COLORS.spurious)],
    ["missed", color(ERROR_COLORS.missed)],
    ...(tiles.some(({ classes }) => classes) ? [["wrong class", color(ERROR_COLORS.wrongClass)] as const] : []),
  ];
}

/** Draws a legend from left to right. */
function drawLegend(context: SKRSContext2D, entries: readonly LegendEntry[], top: number): void {
  let left = GAP;
  for (const [text, kind] of entries) {
    const width = 26, height = 14;
    if (typeof kind === "string") {
      context.fillStyle = kind;
      context.fillRect(left, top, width, height);
    } else {
      // The lines are white: they need the grey of an image behind them.
      context.fillStyle = "#777";
      context.fillRect(left, top, width, height);
      context.beginPath();
      context.moveTo(left, top + height / 2);
      context.lineTo(left + width, top + height / 2);
      strokeLine(context, kind);
    }
    context.fillStyle = "#222";
    context.fillText(text, left + width + 6, top + 11.5);
    left += width + 6 + textWidth(text, TEXT) + 20;
  }
}

/**
 * Draws pictures in a grid, with the outlines of true objects. With predictions, their outlines are drawn too, wrong
 * pixels are tinted, and a legend says what is what.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { montage } from "lib/plots";
 *
 * const image = { width: 2, height: 1, channels: 1, bits: 8, data: Uint8Array.of(20, 90) } as const;
 * const figure = montage([{ image, caption: "a", mask: [0, 1], prediction: [1, 1] }], { description: "One image" });
 * assert.equal(figure.description, "One image");
 * ```
 */
export function montage(
  tiles: readonly Tile[],
  {
    columns = 4,
    side = 240,
    description = "Images",
    scaleBars = tiles.some(({ prediction }) => prediction),
  }: MontageOptions = {},
): Figure {
  loadCanvasFonts();
  const legend = legendEntries(tiles), hasLegend = legend.length > 0;
  const rows = Array.from({ length: Math.ceil(tiles.length / columns) }, (_, i) => {
    const row = tiles.slice(i * columns, (i + 1) * columns);
    const captions = row.map(({ caption }) => textLines(visibleText(caption), side, TEXT));
    const captionHeight = 4 + LINE * Math.max(1, ...captions.map(({ length }) => length));
    const shapes = row.map(({ image: { width, height } }) => side * height / Math.max(width, height));
    return { row, captions, captionHeight, height: captionHeight + Math.ceil(Math.max(...shapes)) + GAP };
  });
  const legendWidth = hasLegend ? legend.length * 105 : 0;
  const width = Math.max(legendWidth, Math.min(columns, tiles.length) * (side + GAP) + GAP);
  const height = rows.reduce((sum, row) => sum + row.height, GAP / 2) + (hasLegend ? LEGEND : 0);
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.font = `${TEXT.size}px "${FONT_FAMILY}"`;
  let top = GAP / 2;
  if (hasLegend) {
    drawLegend(context, legend, top);
    top += LEGEND;
  }
  for (const { row, captions, captionHeight, height } of rows) {
    row.forEach((tile, i) => {
      const left = GAP + i * (side + GAP);
      context.font = `${TEXT.size}px "${FONT_FAMILY}"`;
      context.fillStyle = "#222";
      captions[i].forEach((line, k) => context.fillText(line, left, top + 12 + LINE * k));
      drawTile(context, tile, [left, top + captionHeight], side, scaleBars);
    });
    top += height;
  }
  return pngFigure(canvas.toBuffer("image/png"), width, height, description);
}
