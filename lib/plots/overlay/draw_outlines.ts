import type { SKRSContext2D } from "@napi-rs/canvas";
import type { LabelImage } from "../../images/image.ts";
import { type Outline, traceOutlines } from "../../objects/outlines/trace_outlines.ts";

/** How outlines are drawn. */
export interface OutlineStyle {
  color: string;
  /** Colour of the dashes on the line; without it the line is solid. */
  dashes?: string;
}

const RIM = "rgba(0, 0, 0, 0.55)", LINE = 1.5, DASH = 4;

/** Strokes the current path: a line with a dark rim, which is visible on bright and on dark images, and its dashes. */
export function strokeLine(context: SKRSContext2D, { color, dashes }: OutlineStyle): void {
  context.lineJoin = "round";
  for (const [style, width] of [[RIM, LINE + 1.5], [color, LINE]] as const) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.stroke();
  }
  if (!dashes) return;
  context.strokeStyle = dashes;
  context.setLineDash([DASH, DASH]);
  context.stroke();
  context.setLineDash([]);
}

/** Makes the current path from the rings of polygons. */
export function tracePath(context: SKRSContext2D, polygons: Outline["polygons"], scale: number): void {
  context.beginPath();
  for (const ring of polygons.flatMap(({ outer, holes }) => [outer, ...holes])) {
    context.moveTo(ring[0] * scale, ring[1] * scale);
    for (let i = 2; i < ring.length; i += 2) context.lineTo(ring[i] * scale, ring[i + 1] * scale);
    context.closePath();
  }
}

/**
 * Draws the outlines of all objects of a mask.
 *
 * @param labels 0 is background; touching objects with different numbers are separated by a line
 * @param scale width and height of a pixel of the mask on the canvas
 */
export function drawOutlines(
  context: SKRSContext2D,
  labels: LabelImage,
  [left, top]: readonly [number, number],
  scale: number,
  style: OutlineStyle,
): void {
  context.save();
  context.translate(left, top);
  context.beginPath();
  context.rect(0, 0, labels.width * scale, labels.height * scale);
  context.clip();
  tracePath(context, traceOutlines(labels).flatMap(({ polygons }) => polygons), scale);
  strokeLine(context, style);
  context.restore();
}
