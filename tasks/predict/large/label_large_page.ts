import type { Segmenter } from "lib";
import type { ImageSource } from "lib/images";
import { ProbabilityMeter, RowLabeler, type RowObjects } from "lib/objects";
import { mostProbableClass } from "lib/evaluate/class_counts.ts";
import type { ObjectFinder } from "../find_objects.ts";
import type { LabelStore } from "./label_store.ts";
import type { LargeTiff } from "./tiff_files.ts";

/** The objects of a page. */
export interface LabelledPage {
  objects: RowObjects;
  /** Mean probability, and share of uncertain pixels. */
  certainty: ReturnType<ProbabilityMeter["summary"]>;
  /** Objects with a longer side may be divided at the seams of tiles; undefined if none is. */
  longestSafe?: number;
}

/** Where the rows of a page are written. */
export interface PageTargets {
  labels: LabelStore;
  mask: LargeTiff;
  /** The probabilities, if they are wanted. */
  probability?: LargeTiff;
}

/**
 * Predicts a page from top to bottom, finds its objects, and writes its mask and its probabilities.
 *
 * @param page counted from 0
 * @param threshold pixels with a larger probability are 255 in the mask
 * @param signal stops the work and throws its reason
 */
export async function labelLargePage(
  source: ImageSource,
  { labels, mask, probability }: PageTargets,
  { segmenter, finder, threshold, page, signal }: {
    segmenter: Segmenter;
    finder: ObjectFinder;
    threshold: number;
    page: number;
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
    mask.stream.add(
      task === "classes"
        ? mostProbableClass(rows.data, logits)
        : Uint8Array.from(foreground, (p) => p > threshold ? 255 : 0),
      page,
    );
    for (let c = 0; probability && c < logits; c++) probability.stream.add(rows.data, page * logits + c, [c, logits]);
    for (const labelled of labeler.add(rows)) labels.append(labelled);
  }
  const objects = labeler.finish();
  labels.renumber(objects.numbers);
  return {
    objects,
    certainty: meter.summary(),
    ...(finder.join === "overlap" && { longestSafe: labeler.overlap }),
  };
}
