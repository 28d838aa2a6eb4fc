import { connectedComponents } from "../../evaluate/components.ts";
import type { Image, LabelImage } from "../../images/image.ts";

/** Options of {@linkcode Segmenter.segment}. */
export interface SegmentOptions {
  /** Pixels with a larger probability are foreground, 0 to 1. Default: the segmenter's threshold. */
  threshold?: number;
  /** Called with the completed share, 0 to 1. */
  onProgress?: (done: number) => void;
}

/** A segmented image. */
export interface Segmentation {
  width: number;
  height: number;
  /** Probability of foreground, float32 `[height, width]`. */
  probabilities: Float32Array;
  /** 0 for background, else the number of the object, `[height, width]`. */
  labels: LabelImage;
  /** How many objects there are. */
  count: number;
  /** Whether the image probably shows nothing: what was found then is noise. */
  empty: boolean;
}

/** A trained model with everything needed to segment images, or an ensemble of such models. Dispose of it after use. */
export interface Segmenter extends Disposable {
  /** Foreground is where the probability is larger. */
  readonly threshold: number;
  /**
   * Predicts one image of any size.
   *
   * @returns probability of foreground, float32 `[height, width]`
   */
  predict(image: Image, onProgress?: (done: number) => void): Promise<Float32Array>;
  /** Predicts one image of any size, and numbers its objects. */
  segment(image: Image, options?: SegmentOptions): Promise<Segmentation>;
  /** Saves it, so that `openSegmenter` opens the same. */
  save(path: string): Promise<void>;
}

/** Most objects that a label image can number. */
const MOST_OBJECTS = 65_535;

/**
 * The objects where probabilities exceed a threshold: connected pixels, corners included.
 *
 * @param probabilities `[height, width]`
 * @throws {RangeError} if the threshold is not within 0 and 1, or there are more than 65,535 objects.
 */
export function labelObjects(
  probabilities: Float32Array,
  { width, height }: { width: number; height: number },
  threshold: number,
): { labels: LabelImage; count: number } {
  if (!(threshold >= 0 && threshold <= 1)) throw new RangeError(`threshold is ${threshold}: give 0 to 1`);
  const { labels, areas } = connectedComponents(probabilities.map((p) => Number(p > threshold)), width, height);
  if (areas.length > MOST_OBJECTS) {
    throw new RangeError(
      `The image has ${areas.length} objects, more than the ${MOST_OBJECTS} of a label image: cut it into tiles`,
    );
  }
  return { labels: { width, height, data: Uint16Array.from(labels) }, count: areas.length };
}
