import { createCanvas, type SKRSContext2D } from "@napi-rs/canvas";
import type { Image } from "../../images/image.ts";
import { displayPixels } from "../overlay/display_pixels.ts";
import { drawOutlines, type OutlineStyle } from "../overlay/draw_outlines.ts";
import { drawScaleBar } from "../overlay/draw_scale_bar.ts";

/** One picture of a montage. */
export interface Tile {
  image: Image;
  /** Shown above the picture, in as many lines as it needs. */
  caption: string;
  /** True objects, 0 is background, `[height, width]`: their outlines are drawn. */
  mask?: ArrayLike<number>;
  /**
   * The intensities drawn as black and as white. Default: the image's 1st and 99.8th percentiles without hot pixels.
   */
  displayRange?: readonly [number, number];
  /** Predicted foreground, or objects: their outlines are drawn, and spurious and missed pixels are tinted. */
  prediction?: ArrayLike<number>;
  /**
   * True class of each pixel, 0 is background. `prediction` then holds classes too, and pixels with another class than the true
   * one are tinted.
   */
  classes?: ArrayLike<number>;
  /** Pixels that do not count, which are not tinted: 1, other pixels 0. */
  ignored?: ArrayLike<number>;
  /** Width of a pixel in µm, for the scale bar. Default: the bar counts pixels. */
  pixelWidth?: number;
}

type Rgb = readonly [number, number, number];

/**
 * Colours of wrong pixels. Readers with any kind of colour blindness can tell them apart. Missed pixels lie on objects,
 * which are purple or blue in stained tissue: yellow is visible on them, and on white nuclei of fluorescence. Spurious
 * pixels lie on the background: cyan is visible on pink tissue and on black. Pixels of another class lie on objects too:
 * magenta is darker than both.
 */
export const ERROR_COLORS = {
  spurious: [0, 200, 255],
  missed: [255, 200, 0],
  wrongClass: [230, 0, 180],
} as const satisfies Record<string, Rgb>;

/** Lines of the truth and of the prediction, which have no colour: colour is for errors. */
export const TRUTH: OutlineStyle = { color: "white" };
export const PREDICTION: OutlineStyle = { color: "white", dashes: "black" };
/** Outlines of a mask without a prediction. */
export const MASK_OUTLINE: OutlineStyle = { color: "rgb(240, 228, 66)" };

/** Share of the tint in the colour of a wrong pixel. */
const TINT = 0.6;

function tint({ mask, prediction, classes, ignored }: Tile, i: number): Rgb | undefined {
  if (!prediction || ignored?.[i]) return undefined;
  const truth = (classes ?? mask)?.[i] ?? 0, found = prediction[i];
  if (truth > 0 && found > 0) return classes && truth !== found ? ERROR_COLORS.wrongClass : undefined;
  return found > 0 ? ERROR_COLORS.spurious : truth > 0 ? ERROR_COLORS.missed : undefined;
}

/** Draws a picture with its outlines, wrong pixels and, if wanted, a scale bar into a square of a canvas. */
export function drawTile(
  context: SKRSContext2D,
  tile: Tile,
  [left, top]: readonly [number, number],
  side: number,
  hasScaleBar: boolean,
): void {
  const { image, mask, prediction, displayRange, pixelWidth } = tile;
  const { width, height } = image;
  const { data } = displayPixels(image, 1, displayRange);
  for (let i = 0; i < width * height; i++) {
    const color = tint(tile, i);
    for (let c = 0; color && c < 3; c++) data[4 * i + c] = (1 - TINT) * data[4 * i + c] + TINT * color[c];
  }
  const picture = createCanvas(width, height), pixels = picture.getContext("2d");
  const raw = pixels.createImageData(width, height);
  raw.data.set(data);
  pixels.putImageData(raw, 0, 0);
  const scale = side / Math.max(width, height);
  // Pixels that are enlarged by a whole number stay squares.
  context.imageSmoothingEnabled = !Number.isInteger(scale);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, left, top, width * scale, height * scale);
  const outline = (values: ArrayLike<number>, style: OutlineStyle) =>
    drawOutlines(context, { width, height, data: Uint32Array.from(values) }, [left, top], scale, style);
  if (mask) outline(mask, prediction ? TRUTH : MASK_OUTLINE);
  if (prediction) outline(prediction, PREDICTION);
  if (hasScaleBar) {
    drawScaleBar(context, [left + width * scale, top + height * scale], width * scale, scale, pixelWidth);
  }
}
