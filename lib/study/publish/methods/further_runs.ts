import { listWords } from "../../../display/list_words.ts";
import { count } from "../../../io/count.ts";
import type { RunRecord } from "../../../runs/run_store.ts";
import type { TrainingConfig } from "../../../train/config.ts";
import { type DescribedStudy, furtherRuns, memberRuns } from "./described_study.ts";

/** The options that the runs of one member differ in, or that do not affect scores. */
const IGNORED: readonly (keyof TrainingConfig)[] = [
  "fold",
  "keepEpochs",
  "workers",
  "checkpointMinutes",
  "gradientNorm",
];

/** Words for options in a sentence; others are named as in a configuration. */
const WORDS: Partial<Record<keyof TrainingConfig, string>> = {
  architecture: "the architecture",
  encoder: "the encoder",
  loss: "the loss",
  seed: "the seed",
  epochs: "the number of epochs",
  learningRate: "the learning rate",
  optimizer: "the optimiser",
  batchSize: "the batch size",
  trainingShare: "the share of the training groups",
  labelNoise: "errors in the training labels",
  outputPrior: "the initial probability of foreground",
  encoderWeights: "the initial weights",
  inputStatistics: "the standardisation of the channels",
  augmentations: "the augmentations",
};

/** Lists the options in which a run differs from the member's run that is most like it; empty if it repeats that run. */
function changedOptions({ config, data }: RunRecord, members: readonly RunRecord[]): string {
  const options = (Object.keys(config) as (keyof TrainingConfig)[]).filter((key) => !IGNORED.includes(key));
  const lists = members.map((member) => [
    ...options.filter((key) => JSON.stringify(config[key]) !== JSON.stringify(member.config[key])),
    ...(data.fingerprint === member.data.fingerprint ? [] : ["images" as const]),
  ]);
  const fewest = lists.reduce((best, list) => list.length < best.length ? list : best);
  const words = fewest.map((name) => name === "images" ? "the difficulty of the images" : WORDS[name] ?? name);
  return listWords(words);
}

/** Says what the runs that are not of a member vary. */
export function furtherSentences(study: DescribedStudy): string[] {
  const members = memberRuns(study);
  const kinds = Map.groupBy(furtherRuns(study), (run) => changedOptions(run, members));
  const repeated = kinds.get("")?.length ?? 0;
  const parts = [...kinds].filter(([names]) => names !== "").map(([names, runs]) => `${names} in ${runs.length}`);
  return [
    ...(parts.length ? [`Further runs varied settings: ${parts.join("; ")}.`] : []),
    ...(repeated
      ? [`${count(repeated, "further run")} repeated the training of a member with the same settings.`]
      : []),
  ];
}
