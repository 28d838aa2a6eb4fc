import { escapeMarkdown } from "../../display/escape_markdown.ts";
import { markdownTable } from "../../display/markdown_table.ts";
import { count } from "../../io/count.ts";
import { intendedUse, OTHER_IMAGES, SAME_DATA_SET } from "../../runs/model_card/model_card.ts";
import { TASKS } from "../../task/tasks.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { showDifference, showScore } from "../claims/show_interval.ts";
import { labelFor } from "../labels.ts";
import type { Recommendation } from "./recommendation.ts";

/** Writes a table of scores; the Dice of a class has no number of images, as it counts those that contain the class. */
function scoreTable({ outOfFold, classes = {}, test }: Recommendation, analysis: StudyAnalysis): string {
  const rows = [
    ["out of fold", analysis.outOfFold.ids.length, outOfFold.groups, showScore(outOfFold)],
    ...Object.entries(classes).map(([name, dice]) => [
      `out of fold, ${escapeMarkdown(name)}`,
      "",
      dice.groups,
      showScore(dice),
    ]),
    ...(test ? [["test", analysis.test.ids.length, test.groups, showScore(test)]] : []),
  ];
  const head = ["images of", "images", "groups", "Dice (95 %)"];
  return markdownTable(head, rows);
}

/** Says what the scores are, and compares them with what needs no training. */
function scoreText(
  { kind, task, test, precision, tuned, versusBaselines }: Recommendation,
): [before: string, after: string] {
  const hasThreshold = TASKS[task].target === "binary";
  const differences = Object.entries(versusBaselines).map(([id, difference]) =>
    `${labelFor(id)} ${showDifference(difference)}`
  );
  return [
    `Mean per image${hasThreshold ? " at a threshold of 0.5" : ""}, with a 95 % interval over groups of images. ` +
    "Out of fold, each image is segmented by networks that did not see it." +
    (test && kind === "single" ? " On the test images, it is the mean Dice of the networks of all folds." : ""),
    [
      ...(tuned ? [`At thresholds tuned on the other folds, the Dice out of fold is ${showScore(tuned.dice)}.`] : []),
      ...(precision
        ? [
          `The mean average precision of the objects is ${
            showScore(precision)
          } out of fold; touching objects were divided with the default parameters.`,
        ]
        : []),
      ...(differences.length
        ? [`Difference in Dice out of fold from what needs no training: ${differences.join(", ")}.`]
        : []),
    ].join(" "),
  ];
}

/** Describes the networks and their training. */
function trainingText({ kind, method, members, cost }: Recommendation, analysis: StudyAnalysis): string {
  const { dataset, folds, steps, test } = analysis;
  const names = members.map(({ name, weight }) => weight === null ? name : `${name} ${weight.toFixed(2)}`).join(", ");
  const choice = kind === "ensemble"
    ? `${labelFor(method)} of ${count(members.length, "member")} (${names})`
    : `the member ${names}`;
  return `A study of ${dataset.name} chose it: ${choice}. The data set has ${count(dataset.images, "image")} in ${
    count(dataset.groups, "group")
  }. Each member was trained once for each of ${folds} folds, on the images of the other folds${
    test.ids.length ? ", without the test split" : ""
  }, in ${steps} steps. These are ${count(cost.models, "network")} with ${
    (cost.parameters / 1e6).toFixed(1)
  } million parameters in total.`;
}

/**
 * Writes the card of the model that a study recommends: its scores with intervals over groups, its training, its use and
 * its limits, in the sections of the card of a run.
 *
 * @returns Markdown without a title
 */
export function recommendationCard(recommendation: Recommendation, analysis: StudyAnalysis): string {
  const { dataset, test } = analysis, [before, after] = scoreText(recommendation);
  const limits = [
    OTHER_IMAGES,
    test.ids.length ? SAME_DATA_SET : "There is no test set: its scores are those of the cross-validation.",
    "The study chose it by its scores out of fold, which favours them.",
    "Each fold was trained once: another seed gives other weights and other scores, and the intervals leave this out.",
  ];
  const parts = [
    "## Scores",
    before,
    scoreTable(recommendation, analysis),
    escapeMarkdown(after),
    "## Training",
    escapeMarkdown(trainingText(recommendation, analysis)),
    "## Intended use",
    escapeMarkdown(intendedUse(dataset.name)),
    "## Limits",
    limits.map((sentence) => `- ${sentence}`).join("\n"),
  ];
  return parts.filter((part) => part).join("\n\n") + "\n";
}
