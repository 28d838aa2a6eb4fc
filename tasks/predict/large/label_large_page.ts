import type { Segmenter } from "lib";
import type { ImageSource } from "lib/images";
import { ProbabilityMeter, RowLabeler, type RowObjects, type Rows } from "lib/objects";
import { mostProbableClass } from "lib/evaluate/class_counts.ts";
import type { ObjectFinder } from "../find_objects.ts";

/** The objects of a page. */
export interface LabelledPage {
  objects: RowObjects;
  /** Mean probability, and share of uncertain pixels. */
  certainty: ReturnType<ProbabilityMeter["summary"]>;
  /** Objects with a longer side may be divided at the seams of tiles; undefined if none is. */
  longestSafe?: number;
}

/** What becomes of the rows of a page, from top to bottom. */
export interface PageTargets {
  /** Takes rows of the mask. */
  mask(rows: Uint8Array): Promise<void>;
  /** Takes rows of probabilities, with a channel for each class. */
  probability(rows: Float32Array): Promise<void>;
  /** Takes rows of provisional numbers. */
  labels(rows: Rows<Uint32Array>): Promise<void>;
}

/**
 * Predicts a page from top to bottom, and finds its objects.
 *
 * @param threshold pixels with a larger probability are 255 in the mask
 * @param signal stops the work and throws its reason
 */
export async function labelLargePage(
  source: ImageSource,
  targets: PageTargets,
  { segmenter, finder, threshold, signal }: {
    segmenter: Segmenter;
    finder: ObjectFinder;
    threshold: number;
    signal: AbortSignal;
  },
  onProgress: (done: number) => void,
): Promise<LabelledPage> {
  const { task, taskDefinition } = segmenter, { logits } = taskDefinition;
  const labeler = new RowLabeler(source, { classes: logits, find: finder.find, join: finder.join });
  const meter = new ProbabilityMeter();
  for await (const rows of segmenter.predictRows(source, onProgress)) {
    signal.throwIfAborted();
    const foreground = taskDefinition.foreground(rows.data);
    meter.add(foreground);
    await targets.mask(
      task === "classes"
        ? mostProbableClass(rows.data, logits)
        : Uint8Array.from(foreground, (p) => p > threshold ? 255 : 0),
    );
    await targets.probability(rows.data);
    for (const labelled of labeler.add(rows)) await targets.labels(labelled);
  }
  return {
    objects: labeler.finish(),
    certainty: meter.summary(),
    ...(finder.join === "overlap" && { longestSafe: labeler.overlap }),
  };
}
