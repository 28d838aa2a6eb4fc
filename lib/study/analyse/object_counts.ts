import { z } from "zod";
import { IOU_THRESHOLDS } from "../../evaluate/compare_objects.ts";

const Counts = z.array(z.int().nonnegative());

/**
 * Schema of the counts of objects of each image, from which every score of objects follows. At a threshold, the false
 * positives are the predicted objects less the matches, and the false negatives the true objects less the matches.
 */
export const ObjectCounts = z.object({
  /** Number of true objects of each image. */
  truth: Counts,
  /** Number of predicted objects of each image. */
  predicted: Counts,
  /** Matches (true positives) at each intersection over union of `IOU_THRESHOLDS`: `[threshold][image]`. */
  matches: z.array(Counts).length(IOU_THRESHOLDS.length),
  /** Pixels that paired objects share, and pixels of any object: the sums of the aggregated Jaccard index (Cellpose). */
  intersection: Counts,
  union: Counts,
});
/** Counts of the objects of each image. */
export type ObjectCounts = z.output<typeof ObjectCounts>;
