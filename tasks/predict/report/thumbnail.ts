import { createCanvas, loadImage } from "@napi-rs/canvas";
import type { Image, LabelImage } from "lib/images";
import { overlay, type OverlayOptions } from "lib/plots";

/** Longest side of a small picture, in pixels. */
const SIDE = 400;
/** JPEG's quality, in percent. */
const QUALITY = 85;

/** Draws the outlines of objects on a small picture of their image, as a JPEG: a fifth of the size of a PNG. */
export async function makeThumbnail(
  image: Image,
  labels: LabelImage,
  options: Pick<OverlayOptions, "classes" | "describe" | "counts">,
): Promise<Uint8Array> {
  const { png } = overlay(image, labels, { ...options, longestSide: SIDE });
  const picture = await loadImage(png), canvas = createCanvas(picture.width, picture.height);
  canvas.getContext("2d").drawImage(picture, 0, 0);
  return new Uint8Array(canvas.toBuffer("image/jpeg", QUALITY));
}
