import { customOp, executeOp, type tf, typeAttribute } from "../../tensorflow/mod.ts";

/** Computes min(max(x, 0), 6), the activation of MobileNet. */
export function relu6<T extends tf.Tensor>(x: T): T {
  const attributes = [typeAttribute("T", "float32")];
  return customOp<T>({
    inputs: { x },
    forward: (save) => {
      const y = executeOp("Relu6", attributes, [x], 1)[0] as T;
      save([y]);
      return y;
    },
    backward: (dy, [y]) => ({ x: () => executeOp("Relu6Grad", attributes, [dy, y], 1)[0] }),
  });
}
