import { createModelToLoad, type ModelOptions } from "../nn/create_model.ts";
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
  /** Additional memory of each image of the batch, with the scratch space of its convolutions. */
  perImage: number;
}

/**
 * Memory of an image relative to that of its tensors: cuDNN's scratch space, and what the allocator cannot use between
 * them. The smallest with which every batch that did not fit on an H100 is avoided (results/bench/gpu-memory.json).
 */
const SCRATCH_FACTOR = { full: 1.27, mixed: 1.7 };

/**
 * Estimates the memory of training a model on a GPU, from the static shapes of its traced step. It computes nothing and
 * needs no GPU. The memory of the library is not included.
 */
export function trainingMemory(model: ModelOptions, options: TrainingMemoryOptions): TrainingMemory {
  const { cropSize, optimizer: name = "adamw", precision: wanted = "float32" } = options;
  const precision = wanted === "mixed" ? "mixed-float16" : wanted;
  // Only the shapes count, and drawing the weights would take longer than all else.
  const built = createModelToLoad(model);
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
    const scratch = precision === "float32" ? SCRATCH_FACTOR.full : SCRATCH_FACTOR.mixed;
    const elements = [...built.weights].reduce((sum, { variable }) => sum + (variable?.size ?? 0), 0) +
      optimizer.state().reduce((sum, { size }) => sum + size, 0);
    return { state: 4 * elements, fixed: two - 2 * perImage, perImage: scratch * perImage };
  } finally {
    step.dispose();
    optimizer.dispose();
    built.dispose();
  }
}

/**
 * Memory of a card that TensorFlow's allocator does not get: the process's context and kernels, and what TensorFlow
 * leaves to others (1050 MiB on cards of 2018, 1800 MiB since 2022). An H100 with 81,559 MiB has 78,752 MiB for tensors.
 */
export const GPU_OVERHEAD = 2807 * 2 ** 20;

/**
 * Returns the largest batch that fits on a card, or one that is up to a third smaller.
 *
 * @param bytes free memory of the card
 * @param overhead bytes of it that TensorFlow does not use for tensors
 */
export function largestBatch(memory: TrainingMemory, bytes: number, overhead = GPU_OVERHEAD): number {
  return Math.max(0, Math.floor((bytes - overhead - memory.state - memory.fixed) / memory.perImage));
}
