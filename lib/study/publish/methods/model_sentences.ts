import { basename } from "node:path";
import { listWords } from "../../../display/list_words.ts";
import { hasName } from "../../../io/registry_names.ts";
import { ARCHITECTURES } from "../../../nn/architectures/architectures.ts";
import { ENCODERS } from "../../../nn/encoders/encoders.ts";
import { TASKS } from "../../../task/tasks.ts";
import type { TrainingConfig } from "../../../train/config.ts";
import { LOSSES } from "../../../train/losses/losses.ts";
import { type DescribedStudy, distinct, memberRuns } from "./described_study.ts";

/** Says how the weights of a training began. */
export function startWeights(encoderWeights: string): string {
  if (encoderWeights === "none") return "All weights were initialised at random";
  if (encoderWeights === "imagenet") return "The encoders started from ImageNet weights";
  return `The weights started from the file ${basename(encoderWeights)}`;
}

/** Names a loss with its source and its parameters. */
export function describeLoss({ loss, focalGamma, focalAlpha, tverskyAlpha, tverskyBeta }: TrainingConfig): string {
  if (!hasName(LOSSES, loss)) return `the function ${loss}`;
  const { label, source } = LOSSES[loss];
  const parameters = loss.includes("focal")
    ? `; γ = ${focalGamma}, ${focalAlpha === null ? "without α" : `α = ${focalAlpha}`}`
    : loss === "tversky"
    ? `; α = ${tverskyAlpha}, β = ${tverskyBeta}`
    : "";
  return `${label} loss (${source}${parameters})`;
}

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
  const channels = distinct(runs, ({ config }) => config.inChannels).join(" or ");
  const losses = [...new Set(runs.map(({ config }) => describeLoss(config)))];
  const weights = distinct(runs, ({ config }) => config.classWeights).filter(({ length }) => length);
  return [
    task,
    `The models are ${listWords(architectures)} with ${encoders.length > 1 ? "the encoders" : "the encoder"} ${
      listWords(encoders)
    }, ${low === high ? low : `${low} to ${high}`} million parameters each and an input of ${channels} channels.`,
    ...distinct(runs, ({ config }) => config.encoderWeights).map((start) => `${startWeights(start)}.`),
    `Each was trained with ${listWords(losses)}${
      weights.length ? `, with class weights ${weights.map((list) => list.join(", ")).join(" or ")}` : ""
    }.`,
  ];
}
