/** An image's pixels, row by row, channels interleaved. */
export interface Image {
  width: number;
  height: number;
  /** 1 is grey, 3 is red, green, blue. */
  channels: 1 | 3;
  /** Bits per channel in the file: values go to 2^bits − 1. */
  bits: 8 | 16;
  /** `[height, width, channels]`. */
  data: Uint8Array | Uint16Array;
}

/** A label mask: 0 is background, every object has a number of its own (or all have 1). */
export interface LabelImage {
  width: number;
  height: number;
  /** `[height, width]`. */
  data: Uint16Array;
}

/** Thrown for a file that is not a usable image or mask; the message names it. */
export class ImageError extends Error {
  override readonly name = "ImageError";
}
