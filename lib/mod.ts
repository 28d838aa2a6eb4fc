/**
 * Segmentation of microscopy images: train networks, segment images, combine models, measure how good they are.
 *
 * These are the names that most programs need. Most folders have an entry with all of their names: `lib/images`,
 * `lib/evaluate`, `lib/objects`, `lib/datasets`, `lib/task`, `lib/batches`, `lib/nn`, `lib/train`, `lib/ensemble`,
 * `lib/display`, `lib/plots`, `lib/runs`, `lib/tensorflow`, and `lib/study` for the replication of the original study. `lib/io` and
 * `lib/math` are internal.
 * @module
 */

// Train, segment, combine.
export { type RecordedModel, train, type TrainOptions, type TrainSettings } from "./runs/train.ts";
export { ensemble, type EnsembleOptions } from "./ensemble/ensemble.ts";
export type { Ensemble } from "./ensemble/base_ensemble.ts";
export type { StackingOptions } from "./ensemble/stacking.ts";
export { openSegmenter } from "./ensemble/open_segmenter.ts";
export type { Segmentation, Segmenter, SegmentOptions } from "./nn/inference/segmenter.ts";
export { TrainedModel } from "./nn/inference/trained_model.ts";

// Images.
export { readImage, type ReadImageOptions } from "./images/read_image.ts";

export { type Image, ImageError, type LabelImage } from "./images/image.ts";
export { foreground } from "./images/foreground.ts";
export { FORMATS } from "./images/formats/formats.ts";
export { MODALITIES } from "./images/modality.ts";
export { NORMALIZATIONS } from "./images/normalize.ts";

// Data sets.
export { openDataset } from "./datasets/demo_dataset.ts";
export { type Dataset, DatasetError, makeDataset, type Sample } from "./datasets/dataset.ts";
export type { LoadOptions } from "./datasets/load_folder.ts";
export { generateDataset, type GenerateOptions } from "./datasets/generator/generate.ts";
export { type Split, splitDataset, type SplitOptions } from "./datasets/splits.ts";
export { LeakError, LeakGuard } from "./datasets/leak_guard.ts";
export { checkMasks } from "./datasets/integrity/integrity.ts";
export { LAYOUTS } from "./datasets/layouts/layouts.ts";

// Training.
export { parseConfig, type PartialTrainingConfig, TrainingConfig } from "./train/config.ts";
export { ConfigError } from "./train/config_error.ts";
export { NonFiniteLossError } from "./train/non_finite_loss_error.ts";
export type { TrainingProgress } from "./train/training_progress.ts";
export { AUGMENTATIONS } from "./batches/augment/augmentations.ts";
export { readRun, type RunRecord } from "./runs/run_store.ts";
export { RunError } from "./runs/run_error.ts";

// Losses.
export type { LossFunction } from "./train/losses/custom_loss.ts";
export { LOSSES } from "./train/losses/losses.ts";
export { bceLoss } from "./train/losses/bce.ts";
export { diceLoss } from "./train/losses/dice.ts";
export { focalLoss, type FocalLossOptions } from "./train/losses/focal.ts";
export { lovaszLoss } from "./train/losses/lovasz.ts";
export { tverskyLoss, type TverskyLossOptions } from "./train/losses/tversky.ts";

// Networks.
export { ARCHITECTURES } from "./nn/architectures/architectures.ts";
export { ENCODERS } from "./nn/encoders/encoders.ts";
export { createModel, type ModelOptions } from "./nn/create_model.ts";
export { SegmentationModel } from "./nn/segmentation_model.ts";
export { loadModel, type ModelUse, saveModel } from "./nn/weights/model_file.ts";

// Evaluation.
export { countPixels, diceScore, iouScore } from "./evaluate/metrics.ts";
export { otsuThreshold } from "./evaluate/otsu.ts";
export { tuneThreshold } from "./evaluate/threshold.ts";

// TensorFlow, tasks, the names in registries, and the class of all errors that a user can correct.
export { compile, runtimeInfo, tf } from "./tensorflow/mod.ts";
export { TASKS } from "./task/tasks.ts";
export { hasName, registryNames } from "./io/registry_names.ts";
export { UserError } from "./io/user_error.ts";
