import { median } from "../../math/mean.ts";
import { OptionError } from "../../io/option_error.ts";
import { objectColumn, type ObjectTable } from "../measure/object_table.ts";

/** What a table of objects says about its image. */
export interface ImageSummary {
  /** Number of objects. */
  count: number;
  /** Objects per million pixels. */
  perMegapixel: number;
  /** Objects per mm² of the image; undefined if the size of a pixel is not known. */
  perSquareMillimetre?: number;
  /** Median area of the objects, in pixels; NaN without objects. */
  medianPixels: number;
  /** Median area of the objects in µm²; undefined if the size of a pixel is not known. */
  medianArea?: number;
  /** Share of the image's pixels that belong to objects, 0 to 1. */
  foregroundShare: number;
  /** Mean probability of foreground over all pixels, 0 to 1; undefined without probabilities. */
  meanProbability?: number;
  /** Share of pixels with a probability from 0.25 to 0.75, of which the model is not certain; undefined likewise. */
  uncertainShare?: number;
}

/** What {@linkcode summarizeObjects} needs to know about the image. */
export interface SummarizedImage {
  width: number;
  height: number;
  /** Probability of foreground, `[height, width]`. */
  probabilities?: Float32Array;
}

/** Probabilities between these count as uncertain. */
const UNCERTAIN = [0.25, 0.75] as const;
/** One mm² in µm². */
const SQUARE_MILLIMETRE = 1e6;

/**
 * Summarises the objects of an image.
 *
 * @param table measurements of {@linkcode measureObjects}
 * @throws {OptionError} if there is not one probability per pixel.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { measureObjects, summarizeObjects } from "lib/objects";
 *
 * const labels = { width: 4, height: 1, data: Uint16Array.of(1, 1, 0, 2) };
 * const probabilities = Float32Array.of(1, 1, 0.5, 0.9);
 * const summary = summarizeObjects(measureObjects(labels), { width: 4, height: 1, probabilities });
 * assert.deepEqual([summary.count, summary.medianPixels, summary.uncertainShare], [2, 1.5, 0.25]);
 * ```
 */
export function summarizeObjects(table: ObjectTable, { width, height, probabilities }: SummarizedImage): ImageSummary {
  const { count, pixelSides } = table, pixels = width * height;
  if (probabilities && probabilities.length !== pixels) {
    throw new OptionError(
      `There are ${probabilities.length} probabilities for ${width} × ${height} pixels: give that of foreground, one for ` +
        "each pixel, which taskDefinition.foreground(map) makes of a segmenter's map",
    );
  }
  const meter = new ProbabilityMeter();
  if (probabilities) meter.add(probabilities);
  const pixelArea = pixelSides ? pixelSides[0] * pixelSides[1] : 1;
  const areas = objectColumn(table, "area"), middle = median(areas);
  // Areas in µm² are rounded products: their number of pixels is whole, and that of a median whole or a half.
  const covered = areas.reduce((sum, area) => sum + Math.round(area / pixelArea), 0);
  return {
    count,
    perMegapixel: count / pixels * 1e6,
    ...(pixelSides ? { perSquareMillimetre: count / (pixels * pixelArea) * SQUARE_MILLIMETRE } : {}),
    medianPixels: Math.round(2 * middle / pixelArea) / 2,
    ...(pixelSides ? { medianArea: middle } : {}),
    foregroundShare: covered / pixels,
    ...(probabilities ? meter.summary() : {}),
  };
}

/** Sums up probabilities, which may come in pieces. */
export class ProbabilityMeter {
  #count = 0;
  #sum = 0;
  #uncertain = 0;

  /** @param probabilities of foreground */
  add(probabilities: Float32Array): void {
    const [low, high] = UNCERTAIN;
    for (let i = 0; i < probabilities.length; i++) {
      const p = probabilities[i];
      this.#sum += p;
      if (p >= low && p <= high) this.#uncertain++;
    }
    this.#count += probabilities.length;
  }

  /** Returns the mean, and the share of uncertain pixels. */
  summary(): Required<Pick<ImageSummary, "meanProbability" | "uncertainShare">> {
    return { meanProbability: this.#sum / this.#count, uncertainShare: this.#uncertain / this.#count };
  }
}
