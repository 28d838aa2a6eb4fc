import { z } from "zod";

/** A score, 0 to 1; null if no image counts. */
const Score = z.number().nullable();

const Scores = z.object({
  images: z.number(),
  objects: z.number(),
  predicted: z.number(),
  thresholds: z.array(z.number()),
  pooledPrecisions: z.array(Score),
  pooledMeanPrecision: Score,
  imagePrecisions: z.array(Score),
  imageMeanPrecision: Score,
  precision: Score,
  recall: Score,
  f1: Score,
  panopticQuality: Score,
  aggregatedJaccard: Score,
  aggregatedJaccardKumar: Score,
});

/** Ways to find objects in a run's maps. */
export const OBJECT_METHODS = {
  watershed: "watershed",
  components: "connected components",
  otsu: "Otsu, connected components",
} as const;

/** Schema of a run's scores of objects. */
export const ObjectRecord = z.object({
  /**
   * The parameters of `instancesFromForeground` or `instancesFromBorder` with the best mean average precision on the
   * validation images, and that score.
   */
  tuned: z.object({
    parameters: z.record(z.string(), z.number()),
    score: Score,
  }),
  /** Scores on the validation images by method: see `OBJECT_METHODS`. */
  scores: z.record(z.string(), Scores),
  /** Mean average precision at 0.5 to 0.95 of each validation image, by method; null if it has no object. */
  imagePrecisions: z.record(z.string(), z.array(Score)),
  /** The same on the test images, if there are any. */
  testScores: z.record(z.string(), Scores).default({}),
  /** Mean average precision of each test image. */
  testPrecisions: z.record(z.string(), z.array(Score)).default({}),
});
/** A run's scores of objects, for labels with object numbers. */
export type ObjectRecord = z.output<typeof ObjectRecord>;
