import { listWords } from "../../../display/list_words.ts";
import { count } from "../../../io/count.ts";
import { seedNull, seedNullSentence } from "../../compare/seed_null.ts";
import { mixedMachines } from "../../study_machine.ts";
import { isGenerated } from "./data_sentences.ts";
import { type DescribedStudy, distinct, furtherRuns, memberRuns } from "./described_study.ts";

/** The limits of the images and their masks. */
function dataLimits(study: DescribedStudy): string[] {
  const { analysis: { dataset, test } } = study;
  return [
    ...(isGenerated(study) ? ["No image of a microscope was used: all images were generated."] : []),
    ...(!isGenerated(study) && dataset.groups === dataset.images
      ? ["Each image is a group, so that images of one specimen, if there are any, count as independent."]
      : []),
    test.ids.length
      ? "There is no external test set: the test split comes from the same data set as the training images."
      : "There is no test set, neither a split of the data set nor an external one: every score is out of fold.",
    "Each image has one mask, so that differences between annotators were not measured.",
  ];
}

/** The limits of the trainings. */
function trainingLimits(study: DescribedStudy): string[] {
  const runs = memberRuns(study), diverged = study.diverged?.length ?? 0;
  const seeds = distinct(runs, ({ config }) => config.seed);
  const others = furtherRuns(study).filter(({ config }) => !seeds.includes(config.seed));
  const again = distinct(others, ({ config }) => `${config.architecture} ${config.loss}`);
  const folds = distinct(others, ({ config }) => config.fold).length;
  const repeated = again.length
    ? `; further seeds were trained for ${listWords(again)} on ${count(folds, "fold")} only`
    : "";
  const rates = distinct(runs, ({ config: { optimizer, learningRate } }) => [optimizer, learningRate]);
  // Further runs tried things too, and so did those that diverged.
  const tried = [...study.runs, ...study.diverged ?? []];
  const encoders = distinct(tried, ({ config }) => config.encoder);
  const pairs = seedNull(study);
  const isScratch = tried.every(({ config }) => config.encoderWeights === "none");
  const isPlain = tried.every(({ config }) => config.augmentations.every((name) => name === "symmetries"));
  return [
    ...(seeds.length === 1
      ? [
        `Each configuration was trained once per fold, so that the intervals leave out the variation between trainings${repeated}.`,
      ]
      : seeds.length === 2
      ? ["Each configuration was trained twice per fold, which says little about the variation between trainings."]
      : []),
    ...(pairs ? [seedNullSentence(pairs)] : []),
    ...(rates.length === 1 ? ["Optimiser and learning rate were not tuned for each architecture or loss."] : []),
    ...(encoders.length === 1 ? [`No other encoder than ${encoders[0]} was tried.`] : []),
    ...(isScratch ? ["No pretrained weights were used; with them the ranks may differ."] : []),
    ...(isPlain ? ["No augmentation changed intensities, scales or shapes."] : []),
    ...(runs.some(({ config }) => config.selection === "best")
      ? ["The epoch of each run was chosen by the fold that scores it, which favours its score."]
      : []),
    ...(diverged ? [`${count(diverged, "run")} diverged, without a score.`] : []),
  ];
}

/** The limits of the scores and of their repetition. */
function scoreLimits({ analysis, runs }: DescribedStudy): string[] {
  const mixed = mixedMachines(analysis.machines);
  return [
    ...(analysis.leftOut.includes("thresholds") || analysis.members.some(({ tunedOutOfFold }) => tunedOutOfFold)
      ? []
      : ["Thresholds were not tuned: members and ensembles are compared at 0.5."]),
    ...(analysis.members.some(({ precision }) => precision) ? [] : ["Objects were not scored."]),
    "No test-time augmentation was used.",
    ...(mixed ? [`${mixed}.`] : []),
    ...(runs.some(({ provenance }) => provenance.commit.endsWith("+changes"))
      ? ["Some runs were made with changes of the code that no commit holds."]
      : []),
    ...(runs.some(({ provenance }) => provenance.commit === "")
      ? ["The commit of the code was not recorded for some runs."]
      : []),
  ];
}

/** Lists what a study did not do, each as a sentence that is true of its records. */
export function notDone(study: DescribedStudy): string[] {
  return [...dataLimits(study), ...trainingLimits(study), ...scoreLimits(study)];
}
