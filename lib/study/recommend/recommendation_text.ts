import { count } from "../../io/count.ts";
import { differenceVerdict, MARGIN } from "../../evaluate/verdict.ts";
import { verdictWords } from "../claims/difference_words.ts";
import { showDifference, showInterval, showScore } from "../claims/show_interval.ts";
import { TASKS } from "../../task/tasks.ts";
import { labelFor } from "../labels.ts";
import type { Recommendation } from "./recommendation.ts";
import { tunedThreshold } from "./tuned_threshold.ts";

/** Formats a time with its unit. */
const showSeconds = (seconds: number) => seconds < 1 ? `${Math.ceil(1000 * seconds)} ms` : `${seconds.toFixed(1)} s`;

/** Compares the choice with the baselines, which need no training; one that it does not exceed is a warning. */
function baselineSentences(differences: Recommendation["versusBaselines"]): string[] {
  const { otsu, "all-foreground": everywhere } = differences;
  const isBetter = (difference: Recommendation["outOfFold"]) => differenceVerdict(difference) === "better";
  if (everywhere && !isBetter(everywhere)) {
    return [
      `Warning: it is not shown to be better than calling every pixel foreground (${showDifference(everywhere)}). ` +
      "Train longer, and check the masks with deno task data check, before you use it.",
    ];
  }
  if (!otsu) return [];
  return isBetter(otsu)
    ? [`Its Dice is above that of Otsu's threshold, which needs no training, by ${showInterval(otsu)}.`]
    : [
      `Warning: it is not shown to be better than Otsu's threshold, which needs no training (${
        showDifference(otsu)
      }). ` +
      "Train longer, or use the threshold.",
    ];
}

/**
 * Writes what a study recommends as sentences: the choice with its reason, its scores, its cost, and the command that
 * segments new images.
 *
 * @returns plain text without a line break
 */
export function recommendationText(recommendation: Recommendation): string {
  const {
    task,
    kind,
    method,
    members,
    outOfFold,
    classes = {},
    test,
    precision,
    bestEnsemble,
    tuned,
    versusBaselines,
    cost,
    command,
  } = recommendation;
  const words = (difference: Recommendation["outOfFold"]) =>
    `${showDifference(difference)}, ${verdictWords(difference)}`;
  const gain = bestEnsemble
    ? `${labelFor(bestEnsemble.method)} differs from it by ${words(bestEnsemble.gain)}${
      bestEnsemble.tunedGain ? `; with tuned thresholds by ${words(bestEnsemble.tunedGain)}` : ""
    }`
    : "";
  const rule = "An ensemble is chosen only if it is better than the best single member: the whole interval of the " +
    `difference lies above +${MARGIN}${bestEnsemble?.tunedGain ? ", with tuned thresholds too" : ""}`;
  const choice = kind === "ensemble"
    ? `For new images this study recommends an ensemble, ${labelFor(method)} of ${count(members.length, "member")} (${
      members.map(({ name }) => name).join(", ")
    }).`
    : `For new images this study recommends a single member, ${members[0].name}.`;
  const byClass = Object.entries(classes).map(([name, dice]) => `${name} ${showScore(dice)}`).join(", ");
  const scores = `Its mean Dice${TASKS[task].target === "classes" ? " over the classes" : ""} is ${
    showScore(outOfFold)
  } out of fold${test ? ` and ${showScore(test)} on the test split` : ""}.${
    byClass && ` By class, out of fold: ${byClass}.`
  }${
    precision
      ? ` The mean average precision of its objects is ${
        showScore(precision)
      } out of fold; touching objects were divided with the default parameters.`
      : ""
  }`;
  const reason = gain ? `${rule}; ${gain}.` : `${rule}.`;
  const time = cost.secondsPerImage === null
    ? ""
    : `, about ${showSeconds(cost.secondsPerImage)} for an image of this study`;
  const price = `A new image takes ${count(cost.models, "network")} with ${
    (cost.parameters / 1e6).toFixed(1)
  } million parameters in total${time}.`;
  const use = command ? `Use it with: ${command}` : "Runs of it kept no weights, so predict cannot use the study.";
  const option = `--threshold ${tunedThreshold(recommendation)}`;
  const threshold = tuned
    ? [
      `At thresholds tuned on the other folds (${tuned.thresholds.join(", ")}) its mean Dice is ${
        showScore(tuned.dice)
      }: ` +
      // Commands of earlier versions do not have it.
      (command?.includes(option)
        ? `the command has ${option}, for masks and objects; without it the threshold of masks is 0.5.`
        : `give predict ${option}.`),
    ]
    : [];
  return [choice, scores, ...threshold, ...baselineSentences(versusBaselines), reason, price, use].join(" ");
}
