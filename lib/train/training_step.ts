import type { SegmentationModel } from "../nn/segmentation_model.ts";
import type { AlgorithmEntry } from "../nn/algorithms/algorithm_table.ts";
import { meantEntry, withAlgorithms } from "../nn/algorithms/current_entry.ts";
import { tracedPrecision } from "../nn/algorithms/traced_precision.ts";
import { compile, type Device, runtimeInfo, tf } from "../tensorflow/mod.ts";
import type { TrainingConfig } from "./config.ts";
import { differentiateLoss, type LossFunction } from "./losses/custom_loss.ts";
import { findLoss } from "./losses/losses.ts";
import type { Optimizer } from "./optimizers.ts";
import type { StepCompiler } from "./step_compiler.ts";

/**
 * Compiles the whole training step into one TensorFlow op: forward pass, loss, gradients and update. In addition to the
 * batch, it takes the optimiser's control tensor, the seed of dropout (two int32 numbers) and the loss's parameters.
 *
 * @param config configuration, with the function if the loss is one, the device that the step is traced for if another
 * device runs it (see `CompileOptions.device`), the entry of the table of algorithms (default: this machine's), and what
 * runs the step (default: TensorFlow)
 * @returns a step that returns the loss, followed by the norm of the gradient if requested: float32 `[1 or 2]`. If
 * float16 overflows, the step changes no weights and its norm is 0. With a loss function, the step returns the loss, the
 * norm, and 1 if no number overflowed, else 0: float32 `[3]`
 */
export function trainingStep(
  model: SegmentationModel,
  optimizer: Optimizer,
  config: Pick<TrainingConfig, "loss" | "precision"> & {
    gradientNorm?: boolean;
    device?: Device;
    customLoss?: LossFunction;
    algorithms?: string | AlgorithmEntry;
    compiler?: StepCompiler;
  },
) {
  const entry = meantEntry(config.algorithms);
  const loss = findLoss(config.loss, config.customLoss, model.taskDefinition.target);
  const variables = [...optimizer.variables];
  return compile(
    (
      images: tf.Tensor4D,
      masks: tf.Tensor4D,
      control: tf.Tensor1D,
      seed: tf.Tensor1D,
      parameters: tf.Tensor1D,
    ) => {
      const { lossScaling } = optimizer;
      const compute = () => {
        const value = loss(model.forward(images, { training: true, seed }), masks, parameters);
        return lossScaling ? lossScaling.scale(value) : value;
      };
      const differentiate = (f: () => tf.Scalar) => tf.variableGrads(f, variables);
      const differentiated = withAlgorithms(
        { entry },
        () => config.customLoss ? differentiateLoss(compute, differentiate) : differentiate(compute),
      );
      const { value, grads, finite } = lossScaling
        ? lossScaling.unscale(differentiated)
        : { ...differentiated, finite: undefined };
      optimizer.apply(grads, control, finite);
      if (!config.gradientNorm && !config.customLoss) return tf.reshape(value, [1]) as tf.Tensor1D;
      const squares = Object.values(grads).map((gradient) => tf.sum(tf.square(gradient)));
      const norm = tf.sqrt(tf.addN(squares));
      if (!config.customLoss) return tf.stack([value, norm]) as tf.Tensor1D;
      return tf.stack([value, norm, finite ? tf.cast(finite, "float32") : tf.scalar(1)]) as tf.Tensor1D;
    },
    {
      name: "training step",
      ...tracedPrecision(entry, config.precision, config.device ?? runtimeInfo().device),
      device: config.device,
      xla: config.compiler === "XLA",
    },
  );
}
