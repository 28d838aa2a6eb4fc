import { listWords } from "../../../display/list_words.ts";
import { count } from "../../../io/count.ts";
import { ARCHITECTURES } from "../../../nn/architectures/architectures.ts";
import { ENCODERS } from "../../../nn/encoders/encoders.ts";
import { describeLoss, startWeights } from "../../../runs/config_words.ts";
import { TASKS } from "../../../task/tasks.ts";
import { type DescribedStudy, distinct, memberRuns } from "./described_study.ts";

/** Describes the models of a study, their initial weights and their losses. */
export function modelSentences(study: DescribedStudy): string[] {
  const runs = memberRuns(study), { analysis } = study;
  const architectures = distinct(runs, ({ config }) => config.architecture).map((name) =>
    `${ARCHITECTURES[name].label} (${ARCHITECTURES[name].source})`
  );
  const encoders = distinct(runs, ({ config }) => config.encoder).map((name) => `${name} (${ENCODERS[name].source})`);
  const sizes = distinct(runs, ({ parameters }) => parameters), million = (n: number) => (n / 1e6).toFixed(1);
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)].map(million);
  const classes = distinct(runs, ({ config }) => config.classNames).flat();
  const task = `The task is ${TASKS[analysis.task].label}${classes.length ? ` (${classes.join(", ")})` : ""}.`;
  const channels = distinct(runs, ({ config }) => config.inChannels).map((number) => count(number, "channel"));
  const losses = [...new Set(runs.map(({ config }) => describeLoss(config)))];
  const weights = distinct(runs, ({ config }) => config.classWeights).filter(({ length }) => length);
  return [
    task,
    `The models are ${listWords(architectures)} with ${encoders.length > 1 ? "the encoders" : "the encoder"} ${
      listWords(encoders)
    }, ${low === high ? low : `${low} to ${high}`} million parameters each and an input of ${channels.join(" or ")}.`,
    ...distinct(runs, ({ config }) => config.encoderWeights).map((start) => `${startWeights(start, "several")}.`),
    `Each was trained with ${listWords(losses)}${
      weights.length ? `, with class weights ${weights.map((list) => list.join(", ")).join(" or ")}` : ""
    }.`,
  ];
}
