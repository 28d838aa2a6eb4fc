/** An image of the picture that readers explore, as the browser gets it. */
export interface ExplorerEntry {
  name: string;
  width: number;
  height: number;
  /** Address of a PNG of the image, as it is shown. */
  image: string;
  /**
   * Address of a grey PNG of the probabilities: twice the number of the thresholds 0.01, 0.02, … 0.99 that a probability
   * exceeds. The decision at each of these thresholds is therefore exact.
   */
  map: string;
  /** Address of a grey PNG of the truth: 16 times the sum of {@linkcode TRUTH_FLAGS}. */
  truth: string;
}

/** Properties of a pixel of the truth. */
export const TRUTH_FLAGS = {
  object: 1,
  /** Void: the pixel does not count. */
  ignored: 2,
  /** The next pixel to the right belongs to another object or to the background. */
  right: 4,
  /** The same of the next pixel below. */
  below: 8,
} as const;

/** What the browser gets. */
export interface ExplorerData {
  images: ExplorerEntry[];
  /** The threshold at the start, in hundredths. */
  threshold: number;
  /** Red, green and blue of wrong pixels, 0 to 255. */
  colors: { spurious: readonly number[]; missed: readonly number[] };
}
