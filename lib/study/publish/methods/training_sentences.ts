import { listWords } from "../../../display/list_words.ts";
import { count } from "../../../io/count.ts";
import {
  describeAugmentations,
  describeNormalization,
  describePrecision,
  describeSchedule,
  OPTIMIZER_WORDS,
} from "../../../runs/config_words.ts";
import type { TrainingConfig } from "../../../train/config.ts";
import { type DescribedStudy, distinct, memberRuns, showRange } from "./described_study.ts";
import { furtherSentences } from "./further_runs.ts";

/** Says which weights a run ended with. */
function describeSelection({ selection }: TrainingConfig): string {
  return selection === "last"
    ? "Each run took the weights of its last step, so the scored images chose no epoch"
    : "Each run took the weights of the epoch with the best smoothed Dice on its validation fold";
}

/** Describes the training of a study's members, and what its further runs vary. */
export function trainingSentences(study: DescribedStudy): string[] {
  const runs = memberRuns(study);
  const each = <Value>(value: (config: TrainingConfig) => Value) => distinct(runs, ({ config }) => value(config));
  const texts = (value: (config: TrainingConfig) => string | number) => each(value).join(" or ");
  const seeds = each(({ seed }) => seed).length, { folds } = runs[0].config;
  const noisy = each(({ labelNoise }) => labelNoise).filter((noise) => Object.values(noise).some(Boolean));
  const shares = each(({ trainingShare }) => trainingShare).filter((share) => share < 1);
  const epochs = runs.map(({ history }) => history.length);
  return [
    `Every configuration was trained ${seeds > 1 ? `${seeds} times` : "once"} on each of the ${folds} folds (${
      count(runs.length, "run")
    }), for ${showRange(runs.map(({ stepLosses }) => stepLosses.length))} steps (${showRange(epochs)} ${
      epochs.every((n) => n === 1) ? "epoch" : "epochs"
    }) of ${texts(({ batchSize }) => batchSize)} random crops of ${
      texts(({ cropSize }) => `${cropSize} × ${cropSize}`)
    } pixels, with ${texts(({ optimizer }) => OPTIMIZER_WORDS[optimizer])}, a weight decay of ${
      texts(({ weightDecay }) => weightDecay)
    } and a learning rate of ${texts(({ learningRate }) => learningRate)}, which ${texts(describeSchedule)}, in ${
      texts(describePrecision)
    }.`,
    `Each image was normalised: ${texts(describeNormalization)}.`,
    ...each(describeAugmentations).map((text) => `${text}.`),
    ...(noisy.length
      ? [`Errors were added to training labels (${noisy.map((noise) => JSON.stringify(noise)).join()}).`]
      : []),
    ...(shares.length ? [`Only a share of ${listWords(shares.map(String))} of the training groups was used.`] : []),
    ...each(describeSelection).map((text) => `${text}.`),
    ...furtherSentences(study),
  ];
}
