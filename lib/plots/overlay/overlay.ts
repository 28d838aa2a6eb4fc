import { createCanvas, type SKRSContext2D } from "@napi-rs/canvas";
import { type Image, ImageError, type LabelImage } from "../../images/image.ts";
import { pixelSides, type PixelSize } from "../../images/pixel_size.ts";
import type { DescribedObjects, ObjectClass } from "../../objects/formats/object_description.ts";
import { type Outline, traceOutlines } from "../../objects/outlines/trace_outlines.ts";
import { loadCanvasFonts } from "../canvas_fonts.ts";
import { type Figure, pngFigure } from "../figure.ts";
import { LINE_COLORS } from "../palette.ts";
import { FONT_FAMILY } from "../render_svg.ts";
import { type LegendEntry, legendRows, SPACE, SQUARE } from "./legend_rows.ts";
import { tracePath } from "./draw_outlines.ts";
import { drawScaleBar } from "./draw_scale_bar.ts";
import { displayPixels } from "./display_pixels.ts";

/** Options of {@linkcode overlay}. */
export interface OverlayOptions extends DescribedObjects {
  /** Size of a pixel in µm, for the scale bar. Default: no scale bar. */
  pixelSize?: PixelSize;
  /** The longest side of the picture without its legend, in pixels; larger images are shrunk. Default 1600. */
  longestSide?: number;
  /** Number of objects, and of those of each class, for the legend. Default: those of the labels. */
  counts?: { objects: number; classes: readonly number[] };
}

/** Each line has a dark rim, so that it is readable on bright images too. */
const RIM = "rgba(0, 0, 0, 0.65)";

/** Images smaller than this are enlarged, by a whole number. */
const SHORTEST_SIDE = 512;
const MARGIN = 10, ROW = 22;

/**
 * Draws the outlines of objects on their image, with a legend of their number and classes, and a scale bar. Objects have
 * the colours of their classes; without classes, objects with consecutive labels have different colours. Lines lie within
 * their objects, so that those of touching objects can be told apart.
 *
 * @throws {ImageError} if image and labels differ in size.
 * @throws {OptionError} if the pixel size is not positive.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { overlay } from "lib/plots";
 *
 * const image = { width: 3, height: 1, channels: 1, bits: 8, data: Uint8Array.of(0, 90, 90) } as const;
 * const figure = overlay(image, { width: 3, height: 1, data: Uint16Array.of(0, 1, 1) }, { pixelSize: 0.5 });
 * assert.equal(figure.description, "1 object");
 * ```
 */
export function overlay(
  image: Image,
  labels: LabelImage,
  { classes = [], describe, pixelSize, longestSide = 1600, counts }: OverlayOptions = {},
): Figure {
  const { width, height } = image;
  if (labels.width !== width || labels.height !== height) {
    throw new ImageError(
      `The labels are ${labels.width} × ${labels.height}, but the image is ${width} × ${height}: give labels of this image`,
    );
  }
  const sides = pixelSize === undefined ? undefined : pixelSides(pixelSize);
  loadCanvasFonts();
  const factor = Math.max(1, Math.ceil(Math.max(width, height) / longestSide));
  const shown = displayPixels(image, factor);
  const side = Math.max(shown.width, shown.height);
  const zoom = Math.max(1, Math.min(Math.round(SHORTEST_SIDE / side), Math.floor(longestSide / side)));
  const outlines = traceOutlines(labels);
  const classAt = ({ label }: Outline) => describe?.(label, 0).class;
  const positions = outlines.map(classAt);
  const entries = legendEntries(
    counts ?? {
      objects: outlines.length,
      classes: classes.map((_, position) => positions.filter((each) => each === position).length),
    },
    classes,
  );
  const drawnWidth = shown.width * zoom, drawnHeight = shown.height * zoom;
  const rows = legendRows(entries, textWidth, drawnWidth - 2 * MARGIN);
  const canvas = createCanvas(drawnWidth, drawnHeight + rows.length * ROW + MARGIN);
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  const picture = createCanvas(shown.width, shown.height), pixels = picture.getContext("2d");
  const raw = pixels.createImageData(shown.width, shown.height);
  raw.data.set(shown.data);
  pixels.putImageData(raw, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(picture, 0, 0, drawnWidth, drawnHeight);
  for (const outline of outlines) {
    const position = classAt(outline);
    const color = position === undefined
      ? LINE_COLORS[outline.label % LINE_COLORS.length]
      : classColor(classes, position);
    drawOutline(context, outline, zoom / factor, color);
  }
  if (sides) drawScaleBar(context, [drawnWidth, drawnHeight], drawnWidth, zoom / factor, sides[1]);
  rows.forEach((row, i) => {
    for (const { entry, left } of row) drawEntry(context, entry, MARGIN + left, drawnHeight + MARGIN / 2 + i * ROW);
  });
  return pngFigure(
    canvas.toBuffer("image/png"),
    canvas.width,
    canvas.height,
    entries.map(({ text }) => text).join(", "),
  );
}

const FONT = `13px "${FONT_FAMILY}"`;

function textWidth(text: string): number {
  const context = createCanvas(1, 1).getContext("2d");
  context.font = FONT;
  return context.measureText(text).width;
}

function classColor(classes: readonly ObjectClass[], position: number): string {
  const color = classes[position]?.color;
  return color ? `rgb(${color.join(", ")})` : LINE_COLORS[position % LINE_COLORS.length];
}

function legendEntries(
  counts: NonNullable<OverlayOptions["counts"]>,
  classes: readonly ObjectClass[],
): LegendEntry[] {
  const total = { text: `${counts.objects.toLocaleString("en")} ${counts.objects === 1 ? "object" : "objects"}` };
  return [
    total,
    ...classes.map(({ name }, position) => ({
      text: `${name}: ${counts.classes[position].toLocaleString("en")}`,
      color: classColor(classes, position),
    })),
  ];
}

/** Draws a line with a dark rim along the inner side of an outline. */
function drawOutline(context: SKRSContext2D, { polygons }: Outline, scale: number, color: string): void {
  context.save();
  tracePath(context, polygons, scale);
  context.clip("evenodd");
  // Half of each line lies outside and is cut off.
  for (const [style, width] of [[RIM, 4.5], [color, 3]] as const) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.stroke();
  }
  context.restore();
}

function drawEntry(context: SKRSContext2D, { text, color }: LegendEntry, left: number, top: number): void {
  let at = left;
  if (color) {
    context.fillStyle = color;
    context.fillRect(at, top + 5, SQUARE, SQUARE);
    context.strokeStyle = "#222";
    context.lineWidth = 1;
    context.strokeRect(at + 0.5, top + 5.5, SQUARE - 1, SQUARE - 1);
    at += SQUARE + SPACE;
  }
  context.font = FONT;
  context.fillStyle = "#222";
  context.fillText(text, at, top + 15);
}
