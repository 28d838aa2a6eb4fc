import { basename } from "node:path";
import { listWords } from "../display/list_words.ts";
import { count } from "../io/count.ts";
import { hasName } from "../io/registry_names.ts";
import type { TrainingConfig } from "../train/config.ts";
import { LOSSES } from "../train/losses/losses.ts";

/** Says how the weights of a model, or of several, began. */
export function startWeights(encoderWeights: string, models: "one" | "several"): string {
  if (encoderWeights === "none") return "All weights were initialised at random";
  if (encoderWeights === "imagenet") {
    return `The ${models === "one" ? "encoder" : "encoders"} started from ImageNet weights`;
  }
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

/** The optimisers in sentences. */
export const OPTIMIZER_WORDS = {
  adam: "Adam (β₁ = 0.9, β₂ = 0.999)",
  adamw: "AdamW (β₁ = 0.9, β₂ = 0.999)",
  sgd: "SGD (momentum 0.9)",
} as const satisfies Record<TrainingConfig["optimizer"], string>;

/** The normalisations in sentences: what became of an image. */
const NORMALIZATION_WORDS = {
  robust: "its 1st percentile became 0 and its 99.8th 1, without hot pixels, and values beyond were clipped",
  percentile: "its 1st percentile became 0 and its 99.8th 1",
  zscore: "its mean became 0 and its standard deviation 1",
  depth: "the range of its file became 0 to 1",
} as const satisfies Record<TrainingConfig["normalization"], string>;

/** Says how images were normalised, and by which statistics the models standardised them. */
export function describeNormalization({ normalization, inputStatistics }: TrainingConfig): string {
  const standardized = inputStatistics === "imagenet"
    ? "; the mean of each channel over ImageNet was subtracted, and the result divided by its standard deviation"
    : "";
  return `${NORMALIZATION_WORDS[normalization]}${standardized}`;
}

/** Names a precision in a sentence. */
export function describePrecision({ precision }: TrainingConfig): string {
  return precision === "float32" ? "single precision" : `${precision} precision`;
}

/** Says how the learning rate changed. */
export function describeSchedule({ schedule, warmupSteps }: TrainingConfig): string {
  const start = warmupSteps ? `rose linearly over ${count(warmupSteps, "step")} and then ` : "";
  return `${start}${schedule === "cosine" ? "fell to 0 along a cosine" : "stayed constant"}`;
}

/** Says which augmentations the crops had. */
export function describeAugmentations({ augmentations }: TrainingConfig): string {
  if (augmentations.length === 0) return "Crops were not augmented";
  const named = augmentations.map((name) => name === "symmetries" ? "the eight symmetries of the square" : name);
  return `Crops were augmented by ${listWords(named)}`;
}
