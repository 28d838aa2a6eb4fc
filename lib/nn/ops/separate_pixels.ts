import { tf } from "../../tensorflow/mod.ts";

/** Pixels before and after a map's rows and columns. */
type Margins = [number, number][];

/**
 * Returns the margins with which a dilation divides a map's height and width.
 *
 * @param padding zeros that belong to the map
 */
export function wholeMargins(
  [, height, width]: readonly number[],
  dilation: number,
  [before, after]: readonly [number, number] = [0, 0],
): Margins {
  return [height, width].map((length) => {
    const rest = (length + before + after) % dilation;
    return [before, after + (dilation - rest) % dilation];
  });
}

/** Makes a map of every `dilation`-th pixel, beginning at each: a convolution without dilation then meets what one with it does. */
export function separatePixels(x: tf.Tensor4D, dilation: number, margins: Margins): tf.Tensor4D {
  return tf.spaceToBatchND(x, [dilation, dilation], margins) as tf.Tensor4D;
}

/** Joins the maps of {@linkcode separatePixels} again. */
export function joinPixels(x: tf.Tensor4D, dilation: number, margins: Margins): tf.Tensor4D {
  return tf.batchToSpaceND(x, [dilation, dilation], margins) as tf.Tensor4D;
}
