import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import { scoreClasses } from "../../evaluate/class_scores.ts";
import type { EmptyMaskScore, PixelCounts } from "../../evaluate/metrics.ts";
import type { SampleIndex } from "./gather_maps.ts";

/** A way to score the same maps. */
export interface ConventionDefinition {
  /** Its name in tables. */
  label: string;
  /** The threshold: 0.5, or tuned on the other folds. */
  threshold: "half" | "tuned";
  /** Scores images by the counts of each class in each. */
  score(counts: readonly PixelCounts[][]): number;
}

function scoreAll(counts: readonly PixelCounts[][], empty: EmptyMaskScore) {
  return scoreClasses(counts, counts[0].map((_, c) => String(c)), empty).mean;
}
const micro = (counts: readonly PixelCounts[][]) => scoreAll(counts, "one").microDice;
const emptyAs = (empty: EmptyMaskScore) => (counts: readonly PixelCounts[][]) => scoreAll(counts, empty).dice;

/**
 * Conventions of Dice: all pixels together or per image, with an empty mask that is predicted empty as 1, as 0 or not
 * at all.
 */
export const CONVENTIONS = {
  micro: { label: "all pixels together, threshold 0.5", threshold: "half", score: micro },
  "mean-empty-one": {
    label: "mean per image, empty as one, threshold 0.5",
    threshold: "half",
    score: emptyAs("one"),
  },
  "mean-empty-zero": {
    label: "mean per image, empty as zero, threshold 0.5",
    threshold: "half",
    score: emptyAs("zero"),
  },
  "mean-empty-skip": {
    label: "mean per image, empty as skip, threshold 0.5",
    threshold: "half",
    score: emptyAs("skip"),
  },
  "micro-tuned": { label: "all pixels together, threshold tuned", threshold: "tuned", score: micro },
  "mean-empty-one-tuned": {
    label: "mean per image, empty as one, threshold tuned",
    threshold: "tuned",
    score: emptyAs("one"),
  },
  "mean-empty-zero-tuned": {
    label: "mean per image, empty as zero, threshold tuned",
    threshold: "tuned",
    score: emptyAs("zero"),
  },
  "mean-empty-skip-tuned": {
    label: "mean per image, empty as skip, threshold tuned",
    threshold: "tuned",
    score: emptyAs("skip"),
  },
} as const satisfies Record<string, ConventionDefinition>;

/**
 * Scores one member's out-of-fold maps by the conventions of different libraries: Dice by the ids of
 * {@linkcode CONVENTIONS}. Of several classes it is their mean, and there is no threshold to tune.
 *
 * @param tuned the threshold of each fold, tuned on the other folds; absent if the task has none
 */
export function scoreByConventions(
  byFold: readonly (readonly EnsembleImage[])[],
  m: number,
  index: SampleIndex,
  tuned?: readonly number[],
): Record<string, number> {
  const { scorer } = index;
  const count = (threshold?: (fold: number) => number) =>
    byFold.flatMap((images, fold) => images.map((image) => scorer.counts(image, image.maps[m], threshold?.(fold))));
  const scores = (threshold: ConventionDefinition["threshold"], counts: readonly PixelCounts[][]) =>
    Object.entries<ConventionDefinition>(CONVENTIONS).filter(([, each]) => each.threshold === threshold)
      .map(([id, { score }]) => [id, score(counts)] as const);
  const half = scores("half", count());
  if (!tuned) return Object.fromEntries(half);
  return Object.fromEntries([...half, ...scores("tuned", count((fold) => tuned[fold]))]);
}
