import { UserError } from "../io/user_error.ts";
import type { PixelSize } from "./pixel_size.ts";

/** An image's pixels, row by row, with interleaved channels. */
export interface Image {
  width: number;
  height: number;
  /** 1 for grey; 3 for red, green and blue. */
  channels: 1 | 3;
  /** Bits per channel in the file: 8 and 16 are integers up to 2^bits − 1, 32 is floating point of any range. */
  bits: 8 | 16 | 32;
  /** `[height, width, channels]`: bytes at 8 bits, float32 at 32. */
  data: Uint8Array | Uint16Array | Float32Array;
  /** Size of a pixel in µm, if the file states it. */
  pixelSize?: PixelSize;
}

/** An image with any number of channels, as a file stores them. */
export interface ChannelImage extends Omit<Image, "channels"> {
  channels: number;
}

/** A label mask: 0 is background, and every object has a different number (or all have 1). */
export interface LabelImage {
  width: number;
  height: number;
  /** `[height, width]`. 32 bits hold more than 65,535 objects. */
  data: Uint16Array | Uint32Array;
  /** Class of each pixel, an index into the class names of the data set, or {@linkcode VOID_CLASS}; `[height, width]`. */
  classes?: Uint8Array;
}

/** The class of a pixel that counts neither in a loss nor in a score. */
export const VOID_CLASS = 255;

/**
 * Thrown for a file that is not a usable image or mask; the message names it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ImageError, readImage } from "lib";
 *
 * const path = await Deno.makeTempFile({ suffix: ".png" });
 * await assert.rejects(readImage(path), ImageError);
 * await Deno.remove(path);
 * ```
 */
export class ImageError extends UserError {
  override readonly name = "ImageError";
}

/** Returns the smallest and largest possible intensity of an image's depth, or the actual ones in floating point. */
export function intensityRange({ bits, data }: Image): [low: number, high: number] {
  if (bits !== 32) return [0, 2 ** bits - 1];
  let low = Infinity, high = -Infinity;
  for (let i = 0; i < data.length; i++) {
    if (data[i] < low) low = data[i];
    if (data[i] > high) high = data[i];
  }
  return [low, high];
}

/** Computes each pixel's luminance with the weights of Rec. 601, in the image's unit: float32 `[height, width]`. */
export function luminance({ data, channels, width, height }: Image): Float32Array {
  const grey = new Float32Array(width * height);
  for (let i = 0; i < grey.length; i++) {
    grey[i] = channels === 1 ? data[i] : 0.299 * data[3 * i] + 0.587 * data[3 * i + 1] + 0.114 * data[3 * i + 2];
  }
  return grey;
}
