/**
 * Bioimage segmentation as a reproducible study: the table of contents.
 * @module
 */

// TensorFlow: tfjs with a native backend, and steps compiled into one op.
export * from "./runtime/mod.ts";

// Models and their weights.
export { hasName, registryNames } from "./io/registry_names.ts";
export { createModel, type ModelOptions } from "./nn/create_model.ts";
export { type EncoderName, ENCODERS } from "./nn/encoders/encoders.ts";
export { loadModel, type ModelUse, saveModel } from "./nn/model_file.ts";
export { labelObjects, type Segmentation, type Segmenter, type SegmentOptions } from "./nn/segmenter.ts";
export { TrainedModel } from "./nn/trained_model.ts";
export { predict, type PredictOptions, Predictor, type PredictorOptions } from "./nn/predictor.ts";
export { fetchPretrained, loadPretrained } from "./nn/pretrained.ts";
export { decodeSafetensors, encodeSafetensors, SafetensorsError, StoredArrays } from "./nn/safetensors.ts";
export { readSafetensors, writeSafetensors } from "./nn/safetensors_file.ts";
export { type Architecture, ARCHITECTURES } from "./nn/architectures/architectures.ts";
export { SegmentationModel } from "./nn/segmentation_model.ts";
export { readWeights } from "./nn/read_weights.ts";
export { loadStateDict, stateDict } from "./nn/state_dict.ts";
export { loadWeights } from "./nn/weight_files.ts";

// Images and masks.
export { type Augmentation, AUGMENTATIONS } from "./data/augment/augmentations.ts";
export { type Batch, BatchSource } from "./data/batches.ts";
export { type Dataset, DatasetError, type LayoutName, makeDataset, modalityOf, type Sample } from "./data/dataset.ts";
export { foreground, foregroundShare } from "./data/foreground.ts";
export { BBBC038, fetchBbbc038 } from "./data/bbbc038.ts";
export { decodeImage, decodeLabels, type ImageHeader, readImageHeader } from "./data/decode_image.ts";
export { readImage, type ReadImageOptions } from "./data/read_image.ts";
export { embeddedDataset, openDataset, realPair } from "./data/embedded.ts";
export { Fitted, LeakError } from "./data/fitted.ts";
export { generateDataset, type GenerateOptions, ORIGINAL_WORLD } from "./data/generator/generate.ts";
export { type LabelNoise, withLabelNoise } from "./data/generator/label_noise.ts";
export { type Image, ImageError, type LabelImage } from "./data/image.ts";
export { detectModality, MODALITIES, type Modality } from "./data/modality.ts";
export { loadFolder, type LoadOptions } from "./data/load_folder.ts";
export { listSources } from "./data/layouts/list_sources.ts";
export { LAYOUTS } from "./data/layouts/layouts.ts";
export { type Contrast, measureContrast } from "./data/contrast.ts";
export { type ContrastFloor, isEmptyField, learnContrastFloor } from "./data/contrast_floor.ts";
export { hotPixels, withoutHotPixels } from "./data/hot_pixels.ts";
export { type Normalization, NORMALIZATIONS, normalizeImage } from "./data/normalize.ts";
export { type Fold, type Split, splitDataset, type SplitOptions } from "./data/splits.ts";
export { findGroups } from "./data/find_groups.ts";
export { describeGroups } from "./data/group_notes.ts";
export { readGroups } from "./data/read_groups.ts";

// Training.
export { ConfigError, parseConfig, type PartialTrainingConfig, TrainingConfig } from "./train/config.ts";
export { fit, type FitResult, NonFiniteLossError, type TrainingProgress } from "./train/fit.ts";
export { bceWithLogits } from "./train/losses/bce.ts";
export { diceWithLogits } from "./train/losses/dice.ts";
export { focalWithLogits } from "./train/losses/focal.ts";
export type { LossOptions } from "./train/losses/loss.ts";
export { LOSSES, lossParameters } from "./train/losses/losses.ts";
export { lovaszHinge } from "./train/losses/lovasz.ts";
export { tverskyWithLogits } from "./train/losses/tversky.ts";
export { countPixels, diceOf, iouOf, scoreImages, type SegmentationScores } from "./train/metrics.ts";
export { learningRateRange, type RangePoint, suggestedRate } from "./train/learning_rate_range.ts";
export { largestBatch, type TrainingMemory, trainingMemory } from "./train/memory.ts";
export { Optimizer } from "./train/optimizers.ts";

// Baselines and data-set statistics.
export { foregroundEverywhere, otsuBaseline } from "./analysis/baselines.ts";
export { datasetSummary } from "./analysis/dataset_summary.ts";
export type { Finding } from "./analysis/findings.ts";
export { checkMasks, type IntegrityReport, integrityReport, mergeDuplicates } from "./analysis/integrity.ts";
export { connectedComponents } from "./analysis/components.ts";
export { type NearDuplicate, nearDuplicates } from "./analysis/near_duplicates.ts";
export { radialPowerSpectrum } from "./analysis/power_spectrum.ts";
export { otsuThreshold } from "./analysis/otsu.ts";
export { tuneThreshold } from "./analysis/threshold.ts";

// Pictures.
export { chart } from "./plots/chart.ts";
export type { Figure } from "./plots/figure.ts";
export { diceCurve, lossCurve, tuningChart } from "./plots/learning_curves.ts";
export { augmentationGallery } from "./plots/augmentation_gallery.ts";
export { compareDistributions, compareSpectra } from "./plots/compare_chart.ts";
export { splitChart } from "./plots/split_chart.ts";
export { histogramChart } from "./plots/histogram_chart.ts";
export { intervalChart } from "./plots/interval_chart.ts";
export { rangeChart } from "./plots/range_chart.ts";
export { statement } from "./plots/statement.ts";
export {
  diversityChart,
  gradientChart,
  qualityChart,
  reliabilityChart,
  rightChart,
  scoreScatter,
  thresholdChart,
} from "./study/study_charts.ts";
export { montage } from "./plots/montage.ts";
export { progressBar } from "./plots/progress_bar.ts";
export { table } from "./plots/table.ts";

// Ensembles.
export { ensemble, type EnsembleOptions } from "./ensemble/ensemble.ts";
export { openSegmenter } from "./ensemble/open_segmenter.ts";
export type { EnsembleImage } from "./ensemble/ensemble_image.ts";
export { fitMetaModel, META_MODELS, MetaModel } from "./ensemble/meta_model.ts";
export { greedySelection, meanDice, scoreWeights } from "./ensemble/selection.ts";
export { majorityVote, softVote } from "./ensemble/voting.ts";

// Statistics.
export { ambiguityDecomposition } from "./analysis/ambiguity.ts";
export { boundaryBand, CalibrationCounts } from "./analysis/calibration.ts";
export { DiversityCounts, pixelOracle } from "./analysis/diversity.ts";
export { commonErrors, objectErrors } from "./analysis/object_errors.ts";
export { groupBootstrap, groupMeans, type Interval } from "./analysis/bootstrap.ts";
export { holm } from "./analysis/holm.ts";
export { comparePaired, type Comparison } from "./analysis/paired_comparison.ts";
export { rankStability } from "./analysis/rank_stability.ts";
export { type Verdict, verdictBelow } from "./analysis/verdict.ts";
export { wilcoxonSignedRank } from "./analysis/wilcoxon.ts";

// Runs and their results.
export { analyseStudy } from "./study/analyse_study.ts";
export { claimRows, judgeClaims, NO_HELP, showInterval } from "./study/claims.ts";
export {
  BEST_SINGLE,
  compareEnsembles,
  compareLosses,
  diceOf as diceOfPart,
  meanMemberDice,
  qualityCurve,
  qualityPoints,
} from "./study/comparisons.ts";
export { compareBatchSizes, compareRuns, groupsOf, runsLike, unseenDice, unseenIds } from "./study/run_comparisons.ts";
export { compareStability, lossStability, normJumps } from "./study/stability.ts";
export type { StudyAnalysis } from "./study/analysis_record.ts";
export { type GridCell, gridEntries, readGrid, runGrid, secondsLeft, StudyGrid } from "./study/grid.ts";
export { type Profile, profileGrid, PROFILES } from "./study/profiles.ts";
export { embeddedStudy, type FinishedStudy, runStudy } from "./study/run_study.ts";
export { type DataSource, trainingProcesses } from "./study/training_process.ts";
export { findStudy, listStudies, requireStudy, type StudyFolder } from "./study/find_study.ts";
export { openStudy, readStudy, runProfile } from "./study/open_study.ts";
export type { Study } from "./study/study.ts";
export { readAnalysis, readRuns, writeAnalysis, writeRunTable } from "./study/study_store.ts";
export { verifyStudy } from "./study/verify_study.ts";
export { studyTable } from "./study/study_table.ts";
export { predictionMontage } from "./study/prediction_montage.ts";
export { readRun, RunError, type RunRecord } from "./study/run_store.ts";
export { scoreTable } from "./study/score_table.ts";
export { type MemberChoice, memberGrid, trainMember, type TrainMemberOptions } from "./study/train_member.ts";
export { type TrainedRun, trainRun } from "./study/train_run.ts";
export { trainWithProgress } from "./study/train_with_progress.ts";
export { projectFolder } from "./runtime/library.ts";
