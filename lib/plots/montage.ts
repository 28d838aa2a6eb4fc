import { createCanvas } from "@napi-rs/canvas";
import type { Image } from "../images/image.ts";
import { normalizeImage } from "../images/normalize.ts";
import { loadCanvasFonts } from "./canvas_fonts.ts";
import { type Figure, pngFigure } from "./figure.ts";
import { FONT_FAMILY } from "./render_svg.ts";

/** One picture of a montage. */
export interface Tile {
  image: Image;
  /** Shown above the picture. */
  caption: string;
  /** True foreground, `[height, width]`, whose outline is drawn in yellow. */
  mask?: ArrayLike<number>;
  /**
   * The intensities drawn as black and as white. Default: the image's 1st and 99.8th percentiles without hot pixels.
   */
  displayRange?: readonly [number, number];
  /** Predicted foreground: correct pixels are tinted green, spurious ones orange, missed ones blue. */
  prediction?: ArrayLike<number>;
}

type Rgb = readonly [number, number, number];
const TRUE_POSITIVE: Rgb = [0, 158, 115];
const FALSE_POSITIVE: Rgb = [213, 94, 0];
const FALSE_NEGATIVE: Rgb = [0, 114, 178];
const OUTLINE: Rgb = [240, 228, 66];

function overlayColor({ mask, prediction }: Tile, i: number): Rgb | undefined {
  const truth = (mask?.[i] ?? 0) > 0, found = (prediction?.[i] ?? 0) > 0;
  if (truth && found) return TRUE_POSITIVE;
  if (found) return FALSE_POSITIVE;
  return truth ? FALSE_NEGATIVE : undefined;
}

/** Returns whether a pixel of the mask has a neighbour with another label. */
function onOutline(mask: ArrayLike<number>, i: number, width: number, height: number): boolean {
  if (!mask[i]) return false;
  const x = i % width, y = Math.floor(i / width);
  return (x > 0 && mask[i - 1] !== mask[i]) || (x < width - 1 && mask[i + 1] !== mask[i]) ||
    (y > 0 && mask[i - width] !== mask[i]) || (y < height - 1 && mask[i + width] !== mask[i]);
}

/** Returns the tile's pixels as RGBA. */
function paint(tile: Tile): Uint8ClampedArray {
  const { image, mask, prediction } = tile;
  const { width, height, channels } = image;
  const [dark, bright] = tile.displayRange ?? [0, 1];
  const shown = tile.displayRange
    ? Float32Array.from(image.data, (value) => (value - dark) / (bright - dark))
    : normalizeImage(image, "robust");
  const out = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const tint = prediction ? overlayColor(tile, i) : undefined;
    const outline = !prediction && mask && onOutline(mask, i, width, height) ? OUTLINE : undefined;
    for (let c = 0; c < 3; c++) {
      // A gamma of 0.5 makes dim images easier to judge.
      const value = 255 * Math.sqrt(Math.min(1, Math.max(0, shown[i * channels + (channels === 1 ? 0 : c)])));
      out[4 * i + c] = outline ? outline[c] : tint ? 0.55 * value + 0.45 * tint[c] : value;
    }
    out[4 * i + 3] = 255;
  }
  return out;
}

/**
 * Draws pictures in a grid, with the outlines of masks, or with correct, spurious and missed pixels in colour.
 *
 * @param columns pictures per row. Default 4.
 * @param side side of each picture in pixels. Default 240.
 */
export function montage(tiles: readonly Tile[], { columns = 4, side = 240, description = "Images" } = {}): Figure {
  loadCanvasFonts();
  const gap = 10, caption = 20;
  const rows = Math.ceil(tiles.length / columns);
  const width = Math.min(columns, tiles.length) * (side + gap) + gap;
  const height = rows * (side + caption + gap) + gap;
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.fillStyle = "#222";
  context.font = `12px "${FONT_FAMILY}"`;
  tiles.forEach((tile, i) => {
    const left = gap + (i % columns) * (side + gap);
    const top = gap + Math.floor(i / columns) * (side + caption + gap);
    const { width: w, height: h } = tile.image;
    const picture = createCanvas(w, h);
    const pixels = picture.getContext("2d").createImageData(w, h);
    pixels.data.set(paint(tile));
    picture.getContext("2d").putImageData(pixels, 0, 0);
    const shrink = side / Math.max(w, h);
    context.fillText(tile.caption, left, top + 13, side);
    context.drawImage(picture, left, top + caption, w * shrink, h * shrink);
  });
  return pngFigure(canvas.toBuffer("image/png"), width, height, description);
}
