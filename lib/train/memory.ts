import { createModel, type ModelOptions } from "../nn/create_model.ts";
import { type Precision, tf } from "../tensorflow/mod.ts";
import { trainingStep } from "./training_step.ts";
import { DEFAULT_LOSSES, type LossName, lossParameters } from "./losses/losses.ts";
import { Optimizer, type OptimizerName } from "./optimizers.ts";

/** Options of {@linkcode trainingMemory}. */
export interface TrainingMemoryOptions {
  /** Side of the training crops in pixels. */
  cropSize: number;
  optimizer?: OptimizerName;
  loss?: LossName;
  /** Default `float32`. */
  precision?: Precision;
}

/** Memory of training on a GPU, in bytes. */
export interface TrainingMemory {
  /** Weights, running statistics and the optimiser's state. */
  state: number;
  /** Peak of a step's tensors that does not depend on the batch size, mainly the gradients. */
  fixed: number;
  /** Additional memory of each image of the batch. */
  perImage: number;
}

/**
 * Estimates the memory of training a model on a GPU, from the static shapes of its traced step. It computes nothing and
 * needs no GPU. The memory of the library and the scratch space of its convolutions are not included.
 */
export function trainingMemory(model: ModelOptions, options: TrainingMemoryOptions): TrainingMemory {
  const { cropSize, optimizer: name = "adamw", precision: wanted = "float32" } = options;
  const precision = wanted === "mixed" ? "mixed-float16" : wanted;
  // Only the shapes count, and drawing the weights would take longer than all else.
  const built = createModel({ ...model, seed: null });
  const { target, logits } = built.taskDefinition, { loss = DEFAULT_LOSSES[target] } = options;
  const optimizer = new Optimizer(built.weights.trainable(), { name, precision });
  const step = trainingStep(built, optimizer, { loss, precision, device: "GPU" });
  try {
    const peakMemory = (batch: number) => {
      const images = tf.zeros([batch, cropSize, cropSize, built.inChannels]) as tf.Tensor4D;
      const masks = tf.zeros([batch, cropSize, cropSize, 1]) as tf.Tensor4D;
      const control = optimizer.control(1, 1e-3), seed = tf.tensor1d([0, 0], "int32");
      const parameters = lossParameters(loss, {}, { target, logits });
      const peak = step.plan(images, masks, control, seed, parameters) + 4 * (images.size + masks.size);
      tf.dispose([images, masks, control, seed, parameters]);
      return peak;
    };
    const [two, four] = [peakMemory(2), peakMemory(4)];
    const perImage = (four - two) / 2;
    const elements = [...built.weights].reduce((sum, { variable }) => sum + (variable?.size ?? 0), 0) +
      optimizer.state().reduce((sum, { size }) => sum + size, 0);
    return { state: 4 * elements, fixed: two - 2 * perImage, perImage };
  } finally {
    step.dispose();
    optimizer.dispose();
    built.dispose();
  }
}

/** Memory of a process on a GPU before the first tensor: context, kernels, and cuDNN's scratch space. */
const GPU_OVERHEAD = 800 * 2 ** 20;

/**
 * Returns the largest batch that fits on a card.
 *
 * @param bytes memory of the card
 * @param overhead bytes in use before the first tensor
 */
export function largestBatch(memory: TrainingMemory, bytes: number, overhead = GPU_OVERHEAD): number {
  return Math.max(0, Math.floor((bytes - overhead - memory.state - memory.fixed) / memory.perImage));
}
