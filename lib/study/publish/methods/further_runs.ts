import { listWords } from "../../../display/list_words.ts";
import type { RunRecord } from "../../../runs/run_store.ts";
import type { TrainingConfig } from "../../../train/config.ts";
import { type DescribedStudy, furtherRuns, memberRuns } from "./described_study.ts";

/** The options that a member's runs differ in, or that do not affect scores. */
const IGNORED: readonly (keyof TrainingConfig)[] = [
  "architecture",
  "loss",
  "fold",
  "keepEpochs",
  "workers",
  "checkpointMinutes",
  "gradientNorm",
];

/** Words for options in a sentence; others are named as in a configuration. */
const WORDS: Partial<Record<keyof TrainingConfig, string>> = {
  seed: "the seed",
  epochs: "the number of epochs",
  learningRate: "the learning rate",
  optimizer: "the optimiser",
  batchSize: "the batch size",
  trainingShare: "the share of the training groups",
  labelNoise: "errors in the training labels",
  outputPrior: "the initial probability of foreground",
  encoderWeights: "the initial weights",
};

/** Returns the options in which a run differs from the member's run that is most like it. */
function changedOptions({ config, data }: RunRecord, members: readonly RunRecord[]): string {
  const options = (Object.keys(config) as (keyof TrainingConfig)[]).filter((key) => !IGNORED.includes(key));
  const lists = members.map((member) => [
    ...options.filter((key) => JSON.stringify(config[key]) !== JSON.stringify(member.config[key])),
    ...(data.fingerprint === member.data.fingerprint ? [] : ["images" as const]),
  ]);
  const fewest = lists.reduce((best, list) => list.length < best.length ? list : best);
  const words = fewest.map((name) => name === "images" ? "the difficulty of the images" : WORDS[name] ?? name);
  return words.length ? listWords(words) : "the loss";
}

/** Says what the runs that are not of a member vary. */
export function furtherSentences(study: DescribedStudy): string[] {
  const members = memberRuns(study);
  const kinds = Map.groupBy(furtherRuns(study), (run) => changedOptions(run, members));
  if (kinds.size === 0) return [];
  const parts = [...kinds].map(([names, runs]) => `${names} in ${runs.length}`);
  return [`Further runs varied one or two settings: ${parts.join(", ")}.`];
}
