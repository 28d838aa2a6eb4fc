import { onnxKernel } from "../layout.ts";
import type { Operator } from "./operator.ts";

/** Makes the operator of a convolution; a depthwise one has a group per channel. */
function convolution(depthwise: boolean): Operator {
  return ({ inputs: [x, kernel, bias], attributes }, values) => {
    const { graph } = values, { name, shape, values: weights } = values.constant(kernel);
    const [height, width, input, out] = shape;
    const { stride, dilation, padding } = attributes as {
      stride: number;
      dilation: number;
      padding: readonly [before: number, after: number];
    };
    const [before, after] = padding;
    const inputs = [
      values.get(x),
      graph.weights(onnxKernel(weights, shape), [out, input, height, width], name),
    ];
    if (bias !== undefined) {
      const { name = "bias", values: numbers } = values.constant(bias);
      inputs.push(graph.floats(Float32Array.from(numbers), [out], name));
    }
    return graph.add("Conv", inputs, {
      kernel_shape: [height, width],
      strides: [stride, stride],
      dilations: [dilation, dilation],
      pads: [before, before, after, after],
      group: depthwise ? out : 1,
    });
  };
}

export const fullConvolution = convolution(false);
export const depthwiseConvolution = convolution(true);
