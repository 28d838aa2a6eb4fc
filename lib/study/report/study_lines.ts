import { clusterInterval } from "../../evaluate/cluster_interval.ts";
import { TASKS } from "../../task/tasks.ts";
import { leftOutNote } from "../analyse/left_out.ts";
import { ensembleAnswer } from "../answers/ensemble_answer.ts";
import { lossAnswer } from "../answers/loss_answer.ts";
import { modelAnswer } from "../answers/model_answer.ts";
import { bestKinds } from "../answers/network_kinds.ts";
import { reasonAnswer } from "../answers/reason_answer.ts";
import { showScore } from "../claims/show_interval.ts";
import { tunedHeadline } from "../answers/tuned_headline.ts";
import { classIntervals } from "../compare/class_dice.ts";
import { partDice } from "../compare/comparisons.ts";
import { membersRuns } from "../compare/run_comparisons.ts";
import type { Study } from "../study.ts";

type ReportedStudy = Pick<Study, "analysis" | "runs">;

/** Says from which weights the encoders of the members started. */
export function startWords(study: ReportedStudy): string {
  const starts = new Set(membersRuns(study).map(({ config }) => config.encoderWeights));
  return [...starts].map((start) =>
    start === "none" ? "from scratch" : `from ${start === "imagenet" ? "ImageNet" : start} weights`
  ).join(" or ");
}

/**
 * Describes the data of a study and its models in one sentence: images, groups, encoder, initial weights, steps, folds.
 *
 * @param study a finished study
 * @returns plain text
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { openStudy, worldLine } from "lib/study";
 *
 * const study = await openStudy("dsb2018_fluo", join(projectFolder(), "results/committed"));
 * assert.match(worldLine(study), /^309 images in 121 groups \(dsb2018_fluo\), 8 members \(resnet34, from scratch, 301 steps\)/);
 * ```
 */
export function worldLine(study: ReportedStudy): string {
  const { dataset, members, encoder, steps, folds, test, task } = study.analysis, start = startWords(study);
  return `${dataset.images} images in ${dataset.groups} groups (${dataset.name}), ${members.length} members (${encoder}${
    start && `, ${start}`
  }, ${steps} steps), ${folds} folds${test.ids.length ? " and a test split" : ""}.${
    TASKS[task].target === "classes" ? ` Task: ${TASKS[task].label}.` : ""
  }`;
}

/** Writes the scores of the best kind of network, and of Otsu's threshold. */
function scoreLine({ analysis }: ReportedStudy): string {
  const { outOfFold: { groups }, test, baselines, task } = analysis, [best] = bestKinds(analysis);
  const members = analysis.members.filter(({ architecture, loss }) =>
    architecture === best.architecture && loss === best.loss
  );
  const score = (dice: readonly (readonly number[])[], among = groups) => showScore(clusterInterval(dice, among));
  const classes = Object.entries(classIntervals(members[0].classDice ?? {}, groups)).map(([name, dice]) =>
    `${name} ${showScore(dice)}`
  );
  const onTest = new Set(test.groups).size > 1
    ? ` and ${score(members.map((member) => partDice(member, "test")), test.groups)} on the test split`
    : "";
  return `Its ${TASKS[task].target === "classes" ? "mean Dice of the classes" : "Dice"} is ${
    score(best.dice)
  } out of fold${onTest}${classes.length ? ` (by class: ${classes.join(", ")})` : ""}. ${
    leftOutNote(analysis, "baselines") ?? `Otsu's threshold has ${score([baselines.otsu.outOfFold])}.`
  }`;
}

/** Answers the questions of a study, a line each: which data, which model, whether ensembles help, which loss, and why. */
export function studyLines(study: ReportedStudy): [question: string, answer: string][] {
  const { analysis } = study;
  return [
    ["Which data?", worldLine(study)],
    ["Which model?", `${modelAnswer(analysis)} ${scoreLine(study)}`],
    ["Does an ensemble help?", [ensembleAnswer(analysis), tunedHeadline(analysis)].filter(Boolean).join(" ")],
    ["Which loss?", lossAnswer(study)],
    ["Why?", reasonAnswer(analysis)],
  ];
}
