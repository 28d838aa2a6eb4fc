/**
 * The replication of the original study: its runs, analysis, claims and charts.
 * @module
 */
export { analyseStudy } from "./analyse/analyse_study.ts";
export { analyseStudyPart, type AnalyseStudyPartOptions } from "./analyse_study_part.ts";
export type { StudyAnalysis } from "./analyse/analysis_record.ts";
export { leftOutNote, type SectionId } from "./analyse/left_out.ts";
export { compareStability, lossStability, normJumps } from "./analyse/stability.ts";
export { architectureAnswer } from "./answers/architecture_answer.ts";
export { ensembleAnswer, ensembleHeadline } from "./answers/ensemble_answer.ts";
export { glossary } from "./answers/glossary.ts";
export { lossAnswer } from "./answers/loss_answer.ts";
export { modelAnswer } from "./answers/model_answer.ts";
export { tunedHeadline } from "./answers/tuned_headline.ts";
export { reasonAnswer } from "./answers/reason_answer.ts";
export { readAnalysis, readRuns, writeAnalysis, writeRunTable } from "./analyse/study_store.ts";
export {
  type ClaimId,
  claimRows,
  CLAIMS,
  clipScore,
  judgeClaims,
  showInterval,
  showScore,
  showVerdicts,
  type UnexaminedClaim,
  unexaminedClaims,
} from "./claims/claims.ts";
export { differenceWords, methodWords, verdictWords } from "./claims/difference_words.ts";
export { objectGainFinding } from "./claims/object_gain_finding.ts";
export { OBJECT_GAIN_HEADS, objectGainRows } from "./claims/object_gain_rows.ts";
export { precisionFinding, precisionTitle } from "./claims/precision_finding.ts";
export { judgePrecisions, type PrecisionJudgement } from "./claims/precision_judgements.ts";
export { classMean } from "./compare/class_dice.ts";
export {
  compareSeedsWithControl,
  compareWithControl,
  type ControlComparison,
  type ControlSeeds,
} from "./compare/control_comparisons.ts";
export { compareByModality, type ModalityComparisons } from "./compare/modality_comparisons.ts";
export { BEST_SINGLE, compareEnsembles, compareLosses, meanMemberDice, partDice } from "./compare/comparisons.ts";
export {
  compareBatchSizes,
  compareRuns,
  heldOutDice,
  heldOutIds,
  imageGroups,
  matchingRuns,
} from "./compare/run_comparisons.ts";
export { type CauseGains, type GainLevel, gainsByCause, weakensMembers } from "./compare/gains_by_cause.ts";
export { ensembleName } from "./compare/lone_selection.ts";
export { compareLossSeeds, type LossSeeds } from "./compare/loss_seeds.ts";
export { type DisagreeingImage, disagreeingImages } from "./compare/disagreeing_images.ts";
export { compareTasks, type TaskComparison } from "./compare/task_comparisons.ts";
export { compareObjectScores, type JudgedDifference, type ObjectComparison } from "./compare/object_comparisons.ts";
export { type ObjectScoreId, objectScores } from "./compare/object_scores.ts";
export { comparePrecisions, type PrecisionComparison } from "./compare/precision_comparisons.ts";
export { bestTuned, compareTuned, compareTunedLosses, type TunedComparison } from "./compare/tuned_comparisons.ts";
export { type EndedRun, endedRun, type EndedRunOptions } from "./ended_run.ts";
export { type SeedNull, seedNull, seedNullSentence } from "./compare/seed_null.ts";
export { findStudy, listStudies, requireStudy, type StudyFolder } from "./find_study.ts";
export { controlLabel, labelFor, levelLabel } from "./labels.ts";
export { openStudy, readStudy, runProfile } from "./open_study.ts";
export { type Profile, profileGrid, PROFILES } from "./profiles.ts";
export { imageScoreCsv } from "./publish/image_scores.ts";
export { methodsText } from "./publish/methods/methods_text.ts";
export { recommend, type RecommendOptions } from "./recommend/recommend.ts";
export { studyEnsemble, type StudyWithData } from "./recommend/study_ensemble.ts";
export type { Recommendation } from "./recommend/recommendation.ts";
export { chartOf } from "./report/chart_of.ts";
export { differenceChart } from "./report/difference_chart.ts";
export { gradientChart } from "./report/gradient_chart.ts";
export { reliabilityChart, thresholdChart } from "./report/member_curves.ts";
export { membersChart } from "./report/members_chart.ts";
export { precisionChart } from "./report/precision_chart.ts";
export { correctMembersChart, diversityChart, qualityChart } from "./report/study_charts.ts";
export { worldLine } from "./report/study_lines.ts";
export { demoStudy, type FinishedStudy, runStudy } from "./run_study.ts";
export type { Study } from "./study.ts";
export { type MemberChoice, memberGrid, trainMember, type TrainMemberOptions } from "./train_member.ts";
export { trainStudyRun, type TrainStudyRunOptions } from "./train_study_run.ts";
export { usualLoss } from "./usual_loss.ts";
export { THRESHOLD_HEADS, thresholdCells } from "./compare/threshold_cells.ts";
export { modalityRows } from "./worlds/modality_rows.ts";
export { taskFinding, taskRows } from "./worlds/task_rows.ts";
export { openTrainingLengths, trainingLengthRows, type TrainingLengths } from "./worlds/training_length.ts";
export { trainingLengthChart } from "./worlds/training_length_chart.ts";
export { worldChart } from "./worlds/world_chart.ts";
export { worldLines } from "./worlds/world_lines.ts";
export { worldRows, type WorldTopic } from "./worlds/world_rows.ts";
export { openWorlds, type World, type WorldName, WORLDS } from "./worlds/worlds.ts";
export { verifyStudy } from "./verify_study.ts";
export { type WorkflowOptions, writeWorkflow, type WrittenWorkflow } from "./workflow/write_workflow.ts";
