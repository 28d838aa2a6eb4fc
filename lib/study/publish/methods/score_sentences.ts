import { listWords } from "../../../display/list_words.ts";
import { hasName } from "../../../io/registry_names.ts";
import { BASELINES } from "../../../evaluate/baselines.ts";
import { measuredCoverage } from "../../../evaluate/measured_coverage.ts";
import { ENSEMBLE_METHODS } from "../../../ensemble/methods/methods.ts";
import { TASKS } from "../../../task/tasks.ts";
import { LEAST_COVERAGE, MARGIN } from "../../../evaluate/verdict.ts";
import { showCoverage } from "../../claims/difference_words.ts";
import { BEST_SINGLE, nestedSeeds } from "../../compare/comparisons.ts";
import { loneSentence } from "../../compare/lone_selection.ts";
import type { DescribedStudy } from "./described_study.ts";

/** Says how many such intervals hold the truth. */
function coverageSentence(coverage: number): string {
  return Number.isNaN(coverage)
    ? "For so few groups the coverage of such intervals was not measured."
    : `At this number of groups and trainings such intervals held the truth in ${
      showCoverage(coverage)
    } or more of draws from the groups of BBBC038, in the mean of each kind of difference (losses, architectures, ensembles).`;
}

/** Describes the scores of a study, its ensembles and its statistics. */
export function scoreSentences({ analysis }: DescribedStudy): string[] {
  const { members, ensembles, baselines, outOfFold, task, test } = analysis;
  const isClasses = TASKS[task].target === "classes";
  const methods = [...new Set(ensembles.map(({ method }) => method))].filter((id) => id !== BEST_SINGLE);
  const named = methods.map((id) =>
    hasName(ENSEMBLE_METHODS, id) ? `${ENSEMBLE_METHODS[id].label} (${ENSEMBLE_METHODS[id].source})` : id
  );
  const labels = Object.keys(baselines).map((id) => hasName(BASELINES, id) ? BASELINES[id].label : id);
  const trainings = nestedSeeds(analysis)?.length ?? 1, lone = loneSentence(analysis);
  return [
    `The score is the Dice coefficient of each whole image${
      isClasses
        ? ", the mean over the classes that occur in its mask or its prediction"
        : ", with probabilities above 0.5 as foreground"
    }, and its mean over images; an image that is empty in both counts as 1.`,
    `Each image${
      test.ids.length ? " outside the test split" : ""
    } was scored out of fold, by the models that did not see it${
      test.ids.length ? "; test images were scored by the models of every fold, and these scores averaged" : ""
    }.`,
    ...(members.some(({ tunedOutOfFold }) => tunedOutOfFold)
      ? ["Members and ensembles were also scored at thresholds that were tuned on the other folds."]
      : []),
    ...(members.some(({ precision }) => precision)
      ? ["Objects were scored by the mean of their average precision at an IoU of 0.5 to 0.95 in each image."]
      : []),
    ...(members.some(({ objects }) => objects)
      ? [
        "They were also scored by average precision and F1, pooled over images, and by the aggregated Jaccard index of each image; intervals of pooled scores are those of their linearisation over groups.",
      ]
      : []),
    ...(labels.length ? [`Baselines without training are ${listWords(labels)}.`] : []),
    `The ${members.length} members were combined by ${
      listWords(named)
    }; what an ensemble learns, it learnt on the out-of-fold predictions of the other folds.`,
    ...(lone ? [lone] : []),
    ...(ensembles.some(({ inFold }) => inFold)
      ? ["For comparison, meta-models also learnt on predictions of images that the members trained on."]
      : []),
    `Intervals are 95 % t intervals of the mean over images, with groups as units: groups' means are weighted by their images, with Satterthwaite's degrees of freedom (Bell & McCaffrey 2002).`,
    ...(trainings > 1
      ? ["Training is a random factor: the variance of the mean over seeds is added to that over groups."]
      : []),
    coverageSentence(measuredCoverage(new Set(outOfFold.groups).size, trainings)),
    "Differences are paired by image.",
    `With a margin of ±${MARGIN} Dice, a difference is better if its whole interval lies above the margin, worse if it lies below minus the margin, equivalent if it lies within, and otherwise inconclusive; ensembles are compared with the best single member, chosen on the other folds, and a verdict on a method takes three trainings and an interval with a measured coverage of ${
      100 * LEAST_COVERAGE
    } % or more.`,
    "Groups' mean differences were also compared by Wilcoxon's signed-rank test, corrected for the number of ensembles (Holm 1979).",
  ];
}
