import { LeakGuard } from "../../datasets/leak_guard.ts";
import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import { scoreClasses } from "../../evaluate/class_scores.ts";
import type { EmptyMaskScore, PixelCounts } from "../../evaluate/metrics.ts";
import { tuneThreshold } from "../../evaluate/threshold.ts";
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
 * Tunes a threshold of one member for each fold on the other folds; it may not score the images that it was tuned on.
 *
 * @returns the threshold of each fold; absent if the task has none
 */
export function tuneOnOthers(
  byFold: readonly (readonly EnsembleImage[])[],
  m: number,
  index: SampleIndex,
): number[] | undefined {
  if (!index.task.hasThreshold) return undefined;
  const indices = (images: readonly EnsembleImage[]) => images.map(({ id }) => index.place(id));
  const { dataset } = index;
  return byFold.map((unseen, fold) => {
    const others = byFold.filter((_, other) => other !== fold).flat();
    const { threshold } = tuneThreshold(others.map(({ maps }) => maps[m]), others.map(({ truth }) => truth));
    return new LeakGuard("the threshold", threshold, dataset, indices(others)).forHeldOut(dataset, indices(unseen));
  });
}

/**
 * Scores one member's out-of-fold maps by the conventions of different libraries: Dice by the ids of
 * {@linkcode CONVENTIONS}. Of several classes it is their mean, and there is no threshold to tune.
 *
 * @param tuned the threshold of each fold, from {@linkcode tuneOnOthers}
 */
export function scoreByConventions(
  byFold: readonly (readonly EnsembleImage[])[],
  m: number,
  index: SampleIndex,
  tuned = tuneOnOthers(byFold, m, index),
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
