import type { tf } from "../../tensorflow/mod.ts";

/**
 * Height and width of a resized map: a multiple of the map's, or those of another map. Numbers would hold at one size of
 * the image only.
 */
export type MapSize = { factor: number } | { as: tf.Tensor4D };

/** Returns the height and width of the result, in pixels. */
export function sidesFor({ shape }: tf.Tensor4D, size: MapSize): [height: number, width: number] {
  if ("as" in size) return [size.as.shape[1], size.as.shape[2]];
  return [shape[1] * size.factor, shape[2] * size.factor];
}

/** Returns the tensors and attributes of a size for a recorded op. */
export function recordedSize(size: MapSize): { tensors: tf.Tensor4D[]; attributes: { factor?: number } } {
  return "as" in size ? { tensors: [size.as], attributes: {} } : { tensors: [], attributes: { factor: size.factor } };
}
