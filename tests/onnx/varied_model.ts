import { createModel, type ModelOptions, type SegmentationModel } from "lib/nn";
import { tf } from "lib/tensorflow";
import { fixedNormal } from "../tensorflow/finite_differences.ts";
import type { Pixels } from "./run_onnx.ts";

/** Makes images with structure at several scales, between 0 and 1. */
export function wavyImages(sizes: readonly (readonly [height: number, width: number])[], channels = 3): Pixels[] {
  return sizes.map(([height, width]) => {
    const pixels = Float32Array.from({ length: height * width * channels }, (_, i) => {
      const c = i % channels, x = Math.floor(i / channels) % width, y = Math.floor(i / (channels * width));
      return 0.5 + 0.25 * Math.sin(0.9 * x + c) + 0.25 * Math.sin(0.13 * x * (c + 1) - 0.21 * y);
    });
    return { width, height, channels, pixels };
  });
}

/** Scales and shifts the logits to mean 0 and standard deviation 1, where a probability depends on them most. */
function standardizeLogits(model: SegmentationModel): void {
  const [{ width, height, channels, pixels }] = wavyImages([[64, 96]], model.inChannels);
  const kernel = model.weights.get("segmentation_head.0.weight")!.variable!;
  const bias = model.weights.get("segmentation_head.0.bias")!.variable!;
  tf.tidy(() => {
    const { mean, variance } = tf.moments(model.forward(tf.tensor4d(pixels, [1, height, width, channels])));
    const deviation = tf.sqrt(variance);
    kernel.assign(tf.div(kernel, deviation));
    bias.assign(tf.div(tf.sub(bias, mean), deviation));
  });
}

/** Makes a model whose biases and running statistics are not the trivial ones of fresh weights. */
export function variedModel(options: ModelOptions): SegmentationModel {
  const model = createModel({ seed: 7, ...options });
  let seed = 1;
  for (const { name, shape, variable } of model.weights) {
    if (!variable || shape.length === 4) continue;
    tf.tidy(() => {
      const normal = fixedNormal([...shape], seed++);
      const value = name.endsWith("running_var")
        ? normal.square().mul(0.3).add(0.6)
        : normal.mul(0.1).add(name.endsWith("weight") ? 1 : 0);
      variable.assign(value);
    });
  }
  standardizeLogits(model);
  return model;
}
