import { type Attribute, executeOp, intAttribute, stringAttribute, tf, typeAttribute } from "../../tensorflow/mod.ts";
import { correlatedKernelGradient } from "./correlation/kernel_gradient.ts";

function convAttributes(stride: number, dilation: number, padding: "SAME" | "VALID"): Attribute[] {
  return [
    typeAttribute("T", "float32"),
    intAttribute("strides", [1, stride, stride, 1]),
    intAttribute("dilations", [1, dilation, dilation, 1]),
    stringAttribute("data_format", "NHWC"),
    stringAttribute("padding", padding),
  ];
}

/** An algorithm that computes a convolution and its gradients. */
export interface Algorithm {
  forward(x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D;
  /** It needs no more of the input than its shape. */
  inputGradient(x: Pick<tf.Tensor4D, "shape">, kernel: tf.Tensor4D, dy: tf.Tensor4D): tf.Tensor4D;
  kernelGradient(x: tf.Tensor4D, kernel: tf.Tensor4D, dy: tf.Tensor4D): tf.Tensor4D;
}

/** TensorFlow's own kernels. */
export function direct(stride: number, dilation: number, padding: "SAME" | "VALID"): Algorithm {
  const attributes = convAttributes(stride, dilation, padding);
  const run = (op: string, inputs: tf.Tensor[]) => executeOp(op, attributes, inputs, 1)[0] as tf.Tensor4D;
  const shapeTensor = ({ shape }: Pick<tf.Tensor, "shape">) => tf.tensor1d(shape, "int32");
  return {
    forward: (x, kernel) => run("Conv2D", [x, kernel]),
    inputGradient: (x, kernel, dy) => run("Conv2DBackpropInput", [shapeTensor(x), kernel, dy]),
    kernelGradient: (x, kernel, dy) => {
      const correlated = dilation === 1 && correlatedKernelGradient(x, kernel, dy, { stride, padding });
      if (correlated) return correlated;
      const [side, , inChannels, outChannels] = kernel.shape;
      const whole = inChannels % 8 === 0 && outChannels % 8 === 0;
      if (side > 1 || stride === 1 || whole) return run("Conv2DBackpropFilter", [x, shapeTensor(kernel), dy]);
      // With AVX2 and a number of channels that is not a multiple of eight, oneDNN's gradient of a strided 1 × 1 kernel
      // is wrong and writes past its end. The gradient is a matrix product over the sampled pixels.
      const seen = tf.stridedSlice(x, [0, 0, 0, 0], x.shape, [1, stride, stride, 1]);
      const product = tf.matMul(tf.reshape(seen, [-1, inChannels]), tf.reshape(dy, [-1, outChannels]), true);
      return tf.reshape(product, kernel.shape);
    },
  };
}
