import type { SKRSContext2D } from "@napi-rs/canvas";
import { FONT_FAMILY } from "../render_svg.ts";
import { pixelScaleBar, scaleBar } from "./scale_bar.ts";

const MARGIN = 10;

/**
 * Draws a scale bar in the lower right corner of a picture, on a dark box.
 *
 * @param right right edge of the picture on the canvas
 * @param bottom lower edge of the picture on the canvas
 * @param width width of the picture on the canvas
 * @param scale width of an image's pixel on the canvas
 * @param pixelWidth width of an image's pixel in µm; without it the bar counts pixels
 */
export function drawScaleBar(
  context: SKRSContext2D,
  [right, bottom]: readonly [number, number],
  width: number,
  scale: number,
  pixelWidth?: number,
): void {
  const { text, pixels } = pixelWidth === undefined
    ? pixelScaleBar(width / scale / 4)
    : scaleBar(pixelWidth, width / scale / 4);
  const length = pixels * scale;
  context.font = `13px "${FONT_FAMILY}"`;
  const box = Math.max(length, context.measureText(text).width) + 16;
  const left = right - box - MARGIN, top = bottom - 40 - MARGIN;
  context.fillStyle = "rgba(0, 0, 0, 0.6)";
  context.fillRect(left, top, box, 40);
  context.fillStyle = "white";
  context.fillRect(left + (box - length) / 2, top + 29, length, 4);
  context.textAlign = "center";
  context.fillText(text, left + box / 2, top + 20);
  context.textAlign = "start";
}
