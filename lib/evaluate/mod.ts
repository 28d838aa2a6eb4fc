/**
 * Evaluation: scores, objects, calibration, diversity, baselines and statistics, computed from plain numbers.
 * @module
 */
export { ambiguityDecomposition } from "./ambiguity.ts";
export { allForeground, BASELINES, otsuBaseline } from "./baselines.ts";
export { boundaryBand, CalibrationCounts } from "./calibration.ts";
export { clusterInterval } from "./cluster_interval.ts";
export {
  averagePrecision,
  compareObjects,
  type ImageMatches,
  IOU_THRESHOLDS,
  meanAveragePrecision,
} from "./compare_objects.ts";
export { connectedComponents } from "./components.ts";
export { decisiveDigits } from "./decisive_digits.ts";
export { differenceInterval } from "./difference_interval.ts";
export { DiversityCounts, pixelOracle } from "./diversity.ts";
export { groupMeans } from "./group_means.ts";
export { holm } from "./holm.ts";
export type { Estimate, Interval } from "./interval.ts";
export { measuredCoverage } from "./measured_coverage.ts";
export { countPixels, diceScore, iouScore, scoreImages, type SegmentationScores } from "./metrics.ts";
export type { MatchCounts } from "./match_objects.ts";
export { commonErrors, objectErrors } from "./object_errors.ts";
export { type ObjectScores, scoreObjects } from "./object_scores.ts";
export { otsuThreshold } from "./otsu.ts";
export { comparePaired, compareUnpaired, type Comparison, countImages, type ImageCounts } from "./paired_comparison.ts";
export { pooledDifference, pooledInterval, pooledScore, type PooledTerms } from "./pooled_interval.ts";
export { rankStability } from "./rank_stability.ts";
export { tuneThreshold } from "./threshold.ts";
export {
  type DifferenceJudgement,
  type DifferenceVerdict,
  differenceVerdict,
  judgeDifference,
  MARGIN,
  type Verdict,
  verdictBelow,
} from "./verdict.ts";
export { wilcoxonSignedRank } from "./wilcoxon.ts";
