import type { SegmentationModel } from "../nn/segmentation_model.ts";
import { compile, tf } from "../runtime/mod.ts";
import type { TrainingConfig } from "./config.ts";
import { lossOf } from "./losses.ts";
import type { Optimizer } from "./optimizers.ts";

/**
 * The whole training step as one TensorFlow op: forward, loss, gradients, update. Besides the batch it
 * takes the optimiser's control, the seed of dropout (two int32 numbers) and the loss's parameters.
 *
 * @returns a step that gives the loss, and after it the norm of the gradient where that is asked for: float32 `[1 or 2]`
 */
export function trainingStep(
  model: SegmentationModel,
  optimizer: Optimizer,
  config: Pick<TrainingConfig, "loss" | "precision"> & { gradientNorm?: boolean },
) {
  const loss = lossOf(config.loss);
  const variables = [...optimizer.variables];
  return compile(
    (
      images: tf.Tensor4D,
      masks: tf.Tensor4D,
      control: tf.Tensor1D,
      seed: tf.Tensor1D,
      parameters: tf.Tensor1D,
    ) => {
      const { value, grads } = tf.variableGrads(
        () => loss(model.forward(images, { training: true, seed }), masks, parameters),
        variables,
      );
      optimizer.apply(grads, control);
      if (!config.gradientNorm) return tf.reshape(value, [1]) as tf.Tensor1D;
      const squares = Object.values(grads).map((gradient) => tf.sum(tf.square(gradient)));
      return tf.stack([value, tf.sqrt(tf.addN(squares))]) as tf.Tensor1D;
    },
    { name: "training step", precision: config.precision },
  );
}
