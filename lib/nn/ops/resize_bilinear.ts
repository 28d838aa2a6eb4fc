import {
  boolAttribute,
  customOp,
  executeOp,
  isHalf,
  recordedOp,
  tf,
  toHalf,
  typeAttribute,
} from "../../tensorflow/mod.ts";
import { type MapSize, recordedSize, sidesFor } from "./map_size.ts";

/**
 * Resizes bilinearly, as PyTorch's `interpolate(mode="bilinear")`.
 *
 * @param x `[batch, height, width, channels]`
 * @param alignCorners whether the centres of the corner pixels stay in place (the default here), instead of the image's
 * edges
 */
export function resizeBilinear(x: tf.Tensor4D, size: MapSize, alignCorners = true): tf.Tensor4D {
  const { tensors, attributes } = recordedSize(size);
  return recordedOp(
    "ResizeBilinear",
    [x, ...tensors],
    { ...attributes, alignCorners },
    () => resize(x, sidesFor(x, size), alignCorners),
  );
}

function resize(x: tf.Tensor4D, size: readonly [height: number, width: number], alignCorners: boolean): tf.Tensor4D {
  const [, height, width] = x.shape;
  if (height === size[0] && width === size[1]) return x;
  if (height === 1 && width === 1) return spread(x, size);
  const attributes = [
    typeAttribute("T", "float32"),
    boolAttribute("align_corners", alignCorners),
    boolAttribute("half_pixel_centers", !alignCorners),
  ];
  return customOp<tf.Tensor4D>({
    inputs: { x },
    forward: (save) => {
      save([x]);
      // TensorFlow's op returns float32.
      const [y] = executeOp("ResizeBilinear", attributes, [x, tf.tensor1d([...size], "int32")], 1);
      return toHalf(y as tf.Tensor4D, isHalf(x));
    },
    backward: (dy, [x]) => ({ x: () => executeOp("ResizeBilinearGrad", attributes, [dy, x], 1)[0] }),
  });
}

/** Repeats one pixel over a whole map. The gradient of tfjs's `tile` would add one slice per pixel. */
function spread(x: tf.Tensor4D, [height, width]: readonly [number, number]): tf.Tensor4D {
  return customOp<tf.Tensor4D>({
    inputs: { x },
    forward: () => tf.tile(x, [1, height, width, 1]),
    backward: (dy) => ({ x: () => tf.sum(dy, [1, 2], true) }),
  });
}
