/**
 * The replication of the original study: its runs, analysis, claims and charts.
 * @module
 */
export { analyseStudy } from "./analyse/analyse_study.ts";
export type { StudyAnalysis } from "./analyse/analysis_record.ts";
export { leftOutNote, type SectionId } from "./analyse/left_out.ts";
export { compareStability, lossStability, normJumps } from "./analyse/stability.ts";
export { readAnalysis, readRuns, writeAnalysis, writeRunTable } from "./analyse/study_store.ts";
export {
  type ClaimId,
  claimRows,
  CLAIMS,
  judgeClaims,
  NO_HELP,
  showInterval,
  type UnexaminedClaim,
  unexaminedClaims,
} from "./claims/claims.ts";
export { precisionFinding, precisionTitle } from "./claims/precision_finding.ts";
export { judgePrecisions, type PrecisionJudgement } from "./claims/precision_judgements.ts";
export { classMean } from "./compare/class_dice.ts";
export {
  BEST_SINGLE,
  compareEnsembles,
  compareLosses,
  meanMemberDice,
  partDice,
  qualityCurve,
  qualityPoints,
} from "./compare/comparisons.ts";
export {
  compareBatchSizes,
  compareRuns,
  heldOutDice,
  heldOutIds,
  imageGroups,
  matchingRuns,
} from "./compare/run_comparisons.ts";
export { type DisagreeingImage, disagreeingImages } from "./compare/disagreeing_images.ts";
export { comparePrecisions, type PrecisionComparison } from "./compare/precision_comparisons.ts";
export { findStudy, listStudies, requireStudy, type StudyFolder } from "./find_study.ts";
export { controlLabel, labelFor, levelLabel } from "./labels.ts";
export { openStudy, readStudy, runProfile } from "./open_study.ts";
export { type Profile, profileGrid, PROFILES } from "./profiles.ts";
export { imageScoreCsv } from "./publish/image_scores.ts";
export { methodsText } from "./publish/methods/methods_text.ts";
export { recommend, type RecommendOptions } from "./recommend/recommend.ts";
export { studyEnsemble, type StudyWithData } from "./recommend/study_ensemble.ts";
export type { Recommendation } from "./recommend/recommendation.ts";
export { precisionChart } from "./report/precision_chart.ts";
export {
  correctMembersChart,
  diversityChart,
  gradientChart,
  qualityChart,
  reliabilityChart,
  scoreScatter,
  thresholdChart,
} from "./report/study_charts.ts";
export { demoStudy, type FinishedStudy, runStudy } from "./run_study.ts";
export type { Study } from "./study.ts";
export { type MemberChoice, memberGrid, trainMember, type TrainMemberOptions } from "./train_member.ts";
export { usualLoss } from "./usual_loss.ts";
export { THRESHOLD_HEADS, thresholdCells } from "./compare/threshold_cells.ts";
export { verifyStudy } from "./verify_study.ts";
