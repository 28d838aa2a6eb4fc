/**
 * Training: configuration, losses, optimisers, the loop, learning rates and memory.
 * @module
 */
export { ConfigError, parseConfig, type PartialTrainingConfig, TrainingConfig } from "./config.ts";
export { fit, type FitResult } from "./fit.ts";
export { NonFiniteLossError } from "./non_finite_loss_error.ts";
export { OutOfMemoryError } from "./out_of_memory_error.ts";
export type { TrainingProgress } from "./training_progress.ts";
export { bceLoss } from "./losses/bce.ts";
export { crossEntropyLoss, type CrossEntropyLossOptions } from "./losses/cross_entropy.ts";
export { customLossName, type LossFunction } from "./losses/custom_loss.ts";
export { diceLoss } from "./losses/dice.ts";
export { focalLoss, type FocalLossOptions } from "./losses/focal.ts";
export type { LossOptions } from "./losses/loss.ts";
export { LOSSES, type LossName, lossParameters } from "./losses/losses.ts";
export { lovaszLoss } from "./losses/lovasz.ts";
export { tverskyLoss, type TverskyLossOptions } from "./losses/tversky.ts";
export { lrFinder, type LrPoint, suggestedLearningRate } from "./lr_finder.ts";
export { largestBatch, type TrainingMemory, trainingMemory } from "./memory.ts";
export { Optimizer } from "./optimizers.ts";
