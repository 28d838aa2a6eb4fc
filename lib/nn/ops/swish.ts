import { customOp, executeOp, tf, typeAttribute } from "../../tensorflow/mod.ts";

/**
 * Computes Swish (Ramachandran et al. 2017), x · sigmoid(x), PyTorch's SiLU. Its gradient needs the sigmoid and the
 * result, which the next layer keeps too.
 */
export function swish<T extends tf.Tensor>(x: T): T {
  return customOp<T>({
    inputs: { x },
    forward: (save) => {
      const sigmoid = executeOp("Sigmoid", [typeAttribute("T", "float32")], [x], 1)[0];
      const y = tf.mul(x, sigmoid) as T;
      save([y, sigmoid]);
      return y;
    },
    backward: (dy, [y, sigmoid]) => ({
      // d(x · s) = s + x · s · (1 − s)
      x: () => tf.mul(dy, tf.add(sigmoid, tf.mul(y, tf.sub(1, sigmoid)))),
    }),
  });
}
