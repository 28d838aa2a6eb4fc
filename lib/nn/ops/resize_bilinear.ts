import { boolAttribute, executeOp, nativeOp, tf, typeAttribute } from "../../runtime/mod.ts";

/**
 * Bilinear resizing, as PyTorch's `interpolate(mode="bilinear")`.
 *
 * @param x `[batch, height, width, channels]`
 * @param size height and width of the result
 * @param alignCorners whether the corner pixels' centres stay where they are (the default here) or the
 * image's edges do
 */
export function resizeBilinear(
  x: tf.Tensor4D,
  size: readonly [height: number, width: number],
  alignCorners = true,
): tf.Tensor4D {
  const [, height, width] = x.shape;
  if (height === size[0] && width === size[1]) return x;
  if (height === 1 && width === 1) return tf.tile(x, [1, size[0], size[1], 1]);
  const attributes = [
    typeAttribute("T", "float32"),
    boolAttribute("align_corners", alignCorners),
    boolAttribute("half_pixel_centers", !alignCorners),
  ];
  return nativeOp<tf.Tensor4D>({
    inputs: { x },
    forward: (save) => {
      save([x]);
      return executeOp("ResizeBilinear", attributes, [x, tf.tensor1d([...size], "int32")], 1)[0] as tf.Tensor4D;
    },
    backward: (dy, [x]) => ({ x: () => executeOp("ResizeBilinearGrad", attributes, [dy, x], 1)[0] }),
  });
}
