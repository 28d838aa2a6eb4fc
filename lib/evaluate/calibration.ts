import { clippedLogit, LOGIT_EDGE } from "../math/logit.ts";

/** Number of histogram bins of the probabilities. */
const STEPS = 65536;

/** One bin of a reliability diagram. */
export interface ReliabilityBin {
  /** Mean predicted probability. */
  predicted: number;
  /** Fraction of the pixels that are foreground. */
  observed: number;
  pixels: number;
}

/**
 * Histograms of predicted probabilities and true labels, from which calibration and the precision-recall curve of any
 * number of pixels follow in little memory. The resolution is 1/65,536 of the logit range ± 13.8.
 */
export class CalibrationCounts {
  readonly #positive = new Float64Array(STEPS);
  readonly #all = new Float64Array(STEPS);
  readonly #sums = new Float64Array(STEPS);

  /**
   * Adds an image's pixels.
   *
   * @param map probabilities of foreground
   * @param truth foreground if larger than 0
   * @param counts returns whether a pixel counts. Default: all do.
   */
  add(map: ArrayLike<number>, truth: ArrayLike<number>, counts?: (pixel: number) => boolean): void {
    for (let i = 0; i < truth.length; i++) {
      if (counts && !counts(i)) continue;
      const place = (clippedLogit(map[i]) + LOGIT_EDGE) / (2 * LOGIT_EDGE);
      const step = Math.min(STEPS - 1, Math.floor(place * STEPS));
      this.#all[step]++;
      this.#sums[step] += map[i];
      if (truth[i] > 0) this.#positive[step]++;
    }
  }

  /** Computes a reliability diagram with about the same number of pixels per bin; equal probabilities share a bin. */
  reliability(bins = 15): ReliabilityBin[] {
    const total = this.#all.reduce((a, b) => a + b, 0);
    const out: ReliabilityBin[] = [];
    let pixels = 0, positive = 0, sum = 0, done = 0;
    for (let step = 0; step < STEPS; step++) {
      pixels += this.#all[step];
      positive += this.#positive[step];
      sum += this.#sums[step];
      done += this.#all[step];
      if (pixels > 0 && (done >= (out.length + 1) * total / bins || done === total)) {
        out.push({ predicted: sum / pixels, observed: positive / pixels, pixels });
        pixels = positive = sum = 0;
        if (done === total) break;
      }
    }
    return out;
  }

  /** Computes the expected calibration error: the mean |predicted − observed| over bins, weighted by their pixels. */
  calibrationError(bins = 15): number {
    const diagram = this.reliability(bins);
    const total = diagram.reduce((sum, { pixels }) => sum + pixels, 0);
    return diagram.reduce((sum, bin) => sum + bin.pixels / total * Math.abs(bin.predicted - bin.observed), 0);
  }

  /** Computes the area under the precision-recall curve as average precision: Σ (Rₙ − Rₙ₋₁) Pₙ. */
  averagePrecision(): number {
    const positives = this.#positive.reduce((a, b) => a + b, 0);
    let found = 0, called = 0, area = 0;
    for (let step = STEPS - 1; step >= 0; step--) {
      if (this.#all[step] === 0) continue;
      found += this.#positive[step];
      called += this.#all[step];
      area += this.#positive[step] / positives * found / called;
    }
    return area;
  }
}

/**
 * Marks the pixels near an outline between foreground and background.
 *
 * @param reach maximum chessboard distance to the other class, in pixels
 * @returns 1 near an outline, else 0, `[height, width]`
 */
export function boundaryBand(truth: ArrayLike<number>, width: number, height: number, reach = 5): Uint8Array {
  const foreground = new Uint8Array(truth.length);
  for (let i = 0; i < truth.length; i++) if (truth[i] > 0) foreground[i] = 1;
  // Running sums along rows, then along columns, show whether a window contains both classes.
  const rows = new Uint16Array(truth.length);
  for (let y = 0; y < height; y++) {
    let sum = 0;
    for (let x = -reach; x < width; x++) {
      if (x + reach < width) sum += foreground[y * width + x + reach];
      if (x - reach - 1 >= 0) sum -= foreground[y * width + x - reach - 1];
      if (x >= 0) rows[y * width + x] = sum;
    }
  }
  const out = new Uint8Array(truth.length);
  for (let x = 0; x < width; x++) {
    const columns = Math.min(width - 1, x + reach) - Math.max(0, x - reach) + 1;
    let sum = 0;
    for (let y = -reach; y < height; y++) {
      if (y + reach < height) sum += rows[(y + reach) * width + x];
      if (y - reach - 1 >= 0) sum -= rows[(y - reach - 1) * width + x];
      if (y < 0) continue;
      const pixels = columns * (Math.min(height - 1, y + reach) - Math.max(0, y - reach) + 1);
      out[y * width + x] = sum > 0 && sum < pixels ? 1 : 0;
    }
  }
  return out;
}
