/**
 * Bioimage segmentation as a reproducible study: the table of contents.
 * @module
 */

// TensorFlow: tfjs with a native backend, and steps compiled into one op.
export * from "./tensorflow/mod.ts";

// Models and their weights.
export { hasName, registryNames } from "./io/registry_names.ts";
export { createModel, type ModelOptions } from "./nn/create_model.ts";
export { type EncoderName, ENCODERS } from "./nn/encoders/encoders.ts";
export { loadModel, type ModelUse, saveModel } from "./nn/weights/model_file.ts";
export { labelObjects, type Segmentation, type Segmenter, type SegmentOptions } from "./nn/inference/segmenter.ts";
export { TrainedModel } from "./nn/inference/trained_model.ts";
export { predict, type PredictOptions, Predictor, type PredictorOptions } from "./nn/inference/predictor.ts";
export { fetchPretrained, loadPretrained } from "./nn/weights/pretrained.ts";
export { decodeSafetensors, encodeSafetensors, SafetensorsError, TensorFile } from "./nn/weights/safetensors.ts";
export { readSafetensors, writeSafetensors } from "./nn/weights/safetensors_file.ts";
export { type Architecture, ARCHITECTURES } from "./nn/architectures/architectures.ts";
export { SegmentationModel } from "./nn/segmentation_model.ts";
export { readWeights } from "./nn/weights/read_weights.ts";
export { loadStateDict, stateDict } from "./nn/weights/state_dict.ts";
export { loadWeights } from "./nn/weights/weight_files.ts";

// Images and masks.
export { type Augmentation, AUGMENTATIONS } from "./batches/augment/augmentations.ts";
export { BatchSource } from "./batches/batch_source.ts";
export type { Batch } from "./batches/cut_batch.ts";
export {
  type Dataset,
  DatasetError,
  type LayoutName,
  makeDataset,
  type Sample,
  sampleModality,
} from "./datasets/dataset.ts";
export { foreground, foregroundShare } from "./images/foreground.ts";
export { BBBC038, fetchBbbc038 } from "./datasets/bbbc038.ts";
export { decodeImage, decodeLabels, type ImageHeader, readImageHeader } from "./images/decode_image.ts";
export { readImage, type ReadImageOptions } from "./images/read_image.ts";
export { demoDataset, openDataset, realPair } from "./datasets/demo_dataset.ts";
export { LeakError, LeakGuard } from "./datasets/leak_guard.ts";
export { generateDataset, type GenerateOptions, ORIGINAL_WORLD } from "./datasets/generator/generate.ts";
export { type LabelNoise, withLabelNoise } from "./datasets/generator/label_noise.ts";
export { UserError } from "./io/user_error.ts";
export { type Image, ImageError, type LabelImage } from "./images/image.ts";
export { detectModality, MODALITIES, type Modality } from "./images/modality.ts";
export { loadFolder, type LoadOptions } from "./datasets/load_folder.ts";
export { listSources } from "./datasets/layouts/list_sources.ts";
export { LAYOUTS } from "./datasets/layouts/layouts.ts";
export { type Contrast, measureContrast } from "./images/contrast.ts";
export { type ContrastFloor, isEmptyField, learnContrastFloor } from "./images/contrast_floor.ts";
export { hotPixels, removeHotPixels } from "./images/hot_pixels.ts";
export { type Normalization, NORMALIZATIONS, normalizeImage } from "./images/normalize.ts";
export { type Fold, type Split, splitDataset, type SplitOptions } from "./datasets/splits.ts";
export { findGroups } from "./datasets/find_groups.ts";
export { describeGroups } from "./datasets/group_notes.ts";
export { readGroups } from "./datasets/read_groups.ts";

// Training.
export { ConfigError, parseConfig, type PartialTrainingConfig, TrainingConfig } from "./train/config.ts";
export { fit, type FitResult } from "./train/fit.ts";
export { NonFiniteLossError } from "./train/non_finite_loss_error.ts";
export type { TrainingProgress } from "./train/training_progress.ts";
export { bceLoss } from "./train/losses/bce.ts";
export { diceLoss } from "./train/losses/dice.ts";
export { focalLoss } from "./train/losses/focal.ts";
export type { LossOptions } from "./train/losses/loss.ts";
export { LOSSES, lossParameters } from "./train/losses/losses.ts";
export { lovaszLoss } from "./train/losses/lovasz.ts";
export { tverskyLoss } from "./train/losses/tversky.ts";
export { countPixels, diceScore, iouScore, scoreImages, type SegmentationScores } from "./evaluate/metrics.ts";
export { lrFinder, type LrPoint, suggestedLearningRate } from "./train/lr_finder.ts";
export { largestBatch, type TrainingMemory, trainingMemory } from "./train/memory.ts";
export { Optimizer } from "./train/optimizers.ts";

// Baselines and data-set statistics.
export { allForeground, BASELINES, otsuBaseline } from "./evaluate/baselines.ts";
export { datasetSummary } from "./datasets/dataset_summary.ts";
export type { Finding } from "./datasets/integrity/findings.ts";
export { checkMasks, type IntegrityReport, integrityReport, mergeDuplicates } from "./datasets/integrity/integrity.ts";
export { connectedComponents } from "./evaluate/components.ts";
export { type NearDuplicate, nearDuplicates } from "./datasets/integrity/near_duplicates.ts";
export { radialPowerSpectrum } from "./datasets/power_spectrum.ts";
export { otsuThreshold } from "./evaluate/otsu.ts";
export { tuneThreshold } from "./evaluate/threshold.ts";

// Pictures.
export { chart } from "./plots/chart.ts";
export type { Figure } from "./plots/figure.ts";
export { diceCurve, lossCurve, tuningChart } from "./plots/learning_curves.ts";
export { augmentationGallery } from "./plots/augmentation_gallery.ts";
export { compareDistributions, compareSpectra } from "./plots/compare_chart.ts";
export { splitChart } from "./plots/split_chart.ts";
export { histogramChart } from "./plots/histogram_chart.ts";
export { intervalChart } from "./plots/interval_chart.ts";
export { lrChart } from "./plots/lr_chart.ts";
export { statement } from "./display/statement.ts";
export {
  correctMembersChart,
  diversityChart,
  gradientChart,
  qualityChart,
  reliabilityChart,
  scoreScatter,
  thresholdChart,
} from "./study/report/study_charts.ts";
export { montage } from "./plots/montage.ts";
export { progressBar } from "./display/progress_bar.ts";
export { table } from "./display/table.ts";

// Ensembles.
export { ensemble, type EnsembleOptions } from "./ensemble/ensemble.ts";
export { openSegmenter } from "./ensemble/open_segmenter.ts";
export type { EnsembleImage } from "./ensemble/ensemble_image.ts";
export { ENSEMBLE_METHODS, type EnsembleMethodId } from "./ensemble/methods/methods.ts";
export { fitMetaModel, META_MODELS, MetaModel } from "./ensemble/meta_model.ts";
export { greedySelection, meanDice, scoreWeights } from "./ensemble/selection.ts";
export { majorityVote, softVote } from "./ensemble/voting.ts";

// Statistics.
export { ambiguityDecomposition } from "./evaluate/ambiguity.ts";
export { boundaryBand, CalibrationCounts } from "./evaluate/calibration.ts";
export { DiversityCounts, pixelOracle } from "./evaluate/diversity.ts";
export { commonErrors, objectErrors } from "./evaluate/object_errors.ts";
export { groupBootstrap, groupMeans, type Interval } from "./evaluate/bootstrap.ts";
export { holm } from "./evaluate/holm.ts";
export { comparePaired, type Comparison } from "./evaluate/paired_comparison.ts";
export { rankStability } from "./evaluate/rank_stability.ts";
export { type Verdict, verdictBelow } from "./evaluate/verdict.ts";
export { wilcoxonSignedRank } from "./evaluate/wilcoxon.ts";

// Runs and their results.
export { analyseStudy } from "./study/analyse/analyse_study.ts";
export { type ClaimId, claimRows, CLAIMS, judgeClaims, NO_HELP, showInterval } from "./study/claims/claims.ts";
export {
  BEST_SINGLE,
  compareEnsembles,
  compareLosses,
  meanMemberDice,
  partDice,
  qualityCurve,
  qualityPoints,
} from "./study/compare/comparisons.ts";
export {
  compareBatchSizes,
  compareRuns,
  heldOutDice,
  heldOutIds,
  imageGroups,
  matchingRuns,
} from "./study/compare/run_comparisons.ts";
export { compareStability, lossStability, normJumps } from "./study/analyse/stability.ts";
export { controlLabel, labelFor, levelLabel } from "./study/labels.ts";
export type { StudyAnalysis } from "./study/analyse/analysis_record.ts";
export { runGrid } from "./runs/grid/grid.ts";
export type { Job } from "./runs/grid/job.ts";
export { secondsLeft } from "./runs/grid/seconds_left.ts";
export { gridEntries, readGrid, StudyGrid } from "./runs/grid/study_grid.ts";
export { type Profile, profileGrid, PROFILES } from "./study/profiles.ts";
export { demoStudy, type FinishedStudy, runStudy } from "./study/run_study.ts";
export type { DataSource } from "./runs/grid/process_messages.ts";
export { trainingProcesses } from "./runs/grid/training_process.ts";
export { findStudy, listStudies, requireStudy, type StudyFolder } from "./study/find_study.ts";
export { openStudy, readStudy, runProfile } from "./study/open_study.ts";
export type { Study } from "./study/study.ts";
export { readAnalysis, readRuns, writeAnalysis, writeRunTable } from "./study/analyse/study_store.ts";
export { verifyStudy } from "./study/verify_study.ts";
export { studyTable } from "./runs/grid/grid_table.ts";
export { predictionMontage } from "./runs/prediction_montage.ts";
export { readRun, RunError, type RunRecord } from "./runs/run_store.ts";
export { scoreTable } from "./runs/score_table.ts";
export { type MemberChoice, memberGrid, trainMember, type TrainMemberOptions } from "./study/train_member.ts";
export { type TrainedRun, trainRun } from "./runs/train_run.ts";
export { trainWithProgress } from "./runs/train_with_progress.ts";
export { projectFolder } from "./tensorflow/ffi/library.ts";
