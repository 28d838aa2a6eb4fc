import { LeakGuard } from "../../datasets/leak_guard.ts";
import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import { countPixels, type PixelCounts, scoreImages } from "../../evaluate/metrics.ts";
import { tuneThreshold } from "../../evaluate/threshold.ts";
import type { SampleIndex } from "./gather_maps.ts";

/** A way to score the same maps. */
export interface ConventionDefinition {
  /** Its name in tables. */
  label: string;
  /** The threshold: 0.5, or tuned on the other folds. */
  threshold: "half" | "tuned";
  score(counts: readonly PixelCounts[]): number;
}

const micro = (counts: readonly PixelCounts[]) => scoreImages(counts, "one").microDice;
const emptyAs = (empty: "one" | "zero" | "skip") => (counts: readonly PixelCounts[]) => scoreImages(counts, empty).dice;

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
 * {@linkcode CONVENTIONS}.
 */
export function scoreByConventions(
  byFold: readonly (readonly EnsembleImage[])[],
  m: number,
  index: SampleIndex,
): Record<string, number> {
  // A threshold for each fold, tuned on the other folds; it may not score the images that it was tuned on.
  const indices = (images: readonly EnsembleImage[]) => images.map(({ id }) => index.place(id));
  const { dataset } = index;
  const tuned = byFold.map((unseen, fold) => {
    const others = byFold.filter((_, other) => other !== fold).flat();
    const { threshold } = tuneThreshold(others.map(({ maps }) => maps[m]), others.map(({ truth }) => truth));
    return new LeakGuard("the threshold", threshold, dataset, indices(others)).forHeldOut(dataset, indices(unseen));
  });
  const count = (threshold: (fold: number) => number) =>
    byFold.flatMap((images, fold) => images.map(({ maps, truth }) => countPixels(maps[m], truth, threshold(fold))));
  const counts = { half: count(() => 0.5), tuned: count((fold) => tuned[fold]) };
  return Object.fromEntries(
    Object.entries(CONVENTIONS).map(([id, { threshold, score }]) => [id, score(counts[threshold])]),
  );
}
