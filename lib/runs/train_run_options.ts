import type { Dataset } from "../datasets/dataset.ts";
import type { DigestOptions } from "../io/file_digest.ts";
import type { TrainingConfig } from "../train/config.ts";
import type { LossFunction } from "../train/losses/custom_loss.ts";
import type { TrainerPool } from "../train/trainer.ts";
import type { NonFiniteLossError } from "../train/non_finite_loss_error.ts";
import type { TrainingProgress } from "../train/training_progress.ts";

/** Options of `trainRun`. */
export interface TrainRunOptions extends DigestOptions {
  config: TrainingConfig;
  /** A function that replaces the configuration's loss; the record names it. */
  customLoss?: LossFunction;
  dataset: Dataset;
  /** Folder of all runs. */
  results: string;
  /**
   * Whether to keep the probability maps of validation and test images in the run's folder, for the last weights and
   * those of `keepEpochs`. Weights are then kept only with `keepWeights`. Default `false`.
   */
  keepMaps?: boolean;
  /** Whether a run that keeps its maps keeps its model too, in half precision where that changes no mask. Default `false`. */
  keepWeights?: boolean;
  /**
   * Whether a finished run that keeps its maps is trained again if its model is missing or damaged. Default `false`: its
   * record and its maps are enough.
   */
  requireWeights?: boolean;
  /** Whether to keep the maps of the training images too, to show the effect of learning from them. Default `false`. */
  keepTrainingMaps?: boolean;
  /**
   * Whether to score the objects in the maps and to tune how they are divided, if the masks hold object numbers. It takes
   * several seconds for a hundred images. Default `true`.
   */
  scoreObjects?: boolean;
  /**
   * Whether to end after the last step, with a `TrainedOnlyError`. The same call without it predicts, scores and
   * finishes the run. Default `false`.
   */
  trainingOnly?: boolean;
  /** Entry of the table of algorithms of convolutions for a new training. Default: the one of this machine. */
  algorithms?: string;
  /**
   * Whether to write the curves of the training into the run's folder, as events of TensorBoard: while it trains, or from the
   * record of a finished run. Default `false`.
   */
  tensorboard?: boolean;
  /** Trainers that several runs share. */
  pool?: TrainerPool;
  /** Called if the training ends because its loss is NaN or infinite, while the run's folder is still locked. */
  onDivergence?: (error: NonFiniteLossError, folder: string) => Promise<void>;
  onProgress?: (progress: TrainingProgress) => void;
  onWarning?: (message: string) => void;
  /** Stops the training, with a checkpoint. Default: the notebook's Stop button. */
  signal?: AbortSignal;
}
