import { quantileRanks, scannedQuantiles } from "../../math/quantiles.ts";
import type { RankedValues } from "../../math/rank_finder.ts";
import { BLOCK_ENDS, type Contrast, contrastFrom, measureContrast, RANGE_ENDS } from "../contrast.ts";
import { BlockMeans, NoiseMeter } from "../contrast_meters.ts";
import { coolValue, EXTREME_FACTOR, FACTOR, findHot, hotLimits, mostHot, ORDINARY } from "../hot_pixels.ts";
import { type Image, intensityRange, luminance } from "../image.ts";
import { modalityFrom, modalityRanks, type ModalityStatistics, sumColour } from "../modality.ts";
import { quantiles } from "../../math/quantiles.ts";
import type { ImageSource } from "./image_source.ts";
import { replaceValues } from "./replace_values.ts";
import { rowBands } from "./row_bands.ts";

const known = new WeakMap<ImageSource, SourceStatistics>();

/**
 * What is measured over all pixels of an image that need not be in memory. Everything is equal to what is measured of the
 * image in memory, and measured once.
 */
export class SourceStatistics {
  readonly #source: ImageSource;
  readonly #found = new Map<string, Promise<unknown>>();

  private constructor(source: ImageSource) {
    this.#source = source;
  }

  /** Returns the statistics of a source. */
  static for(source: ImageSource): SourceStatistics {
    let statistics = known.get(source);
    if (!statistics) known.set(source, statistics = new SourceStatistics(source));
    return statistics;
  }

  #once<T>(name: string, measure: () => Promise<T>): Promise<T> {
    let found = this.#found.get(name) as Promise<T> | undefined;
    if (!found) this.#found.set(name, found = measure());
    return found;
  }

  /** Calls a function with each band of the image, from top to bottom. */
  async scan(visit: (image: Image) => void): Promise<void> {
    for await (const { image } of rowBands(this.#source)) visit(image);
  }

  /** Returns exact quantiles of the values, as `quantiles` does. */
  quantiles(shares: readonly number[]): Promise<number[]> {
    const visitor = (visit: (values: RankedValues) => void) => this.scan(({ data }) => visit(data));
    return this.#once(
      `quantiles ${shares}`,
      () => scannedQuantiles(visitor, this.#source.bits, (total) => quantileRanks(shares, total)),
    );
  }

  /** Returns the range of intensities, as `intensityRange` does. */
  intensityRange(): Promise<[low: number, high: number]> {
    return this.#once("range", async () => {
      const { bits } = this.#source;
      if (bits !== 32) return [0, 2 ** bits - 1];
      let low = Infinity, high = -Infinity;
      await this.scan((image) => {
        const [bottom, top] = intensityRange(image);
        low = Math.min(low, bottom);
        high = Math.max(high, top);
      });
      return [low, high];
    });
  }

  /** Returns the image without its hot pixels, as `removeHotPixels` does. */
  withoutHotPixels(factor = FACTOR): Promise<ImageSource> {
    return this.#once(`clean ${factor}`, async () => {
      const source = this.#source, { width, height, channels, bits } = source;
      const limits = hotLimits(await this.quantiles(ORDINARY), bits, factor), most = mostHot(width * height * channels);
      const positions: number[] = [], values: number[] = [];
      for await (const { image, top, height: rows, above } of rowBands(source, 1)) {
        const before = (top - above) * width * channels;
        for (const i of findHot(image, limits, [above, above + rows])) {
          if (positions.push(before + i) > most) return source;
          values.push(coolValue(image, i));
        }
      }
      return positions.length === 0 ? source : replaceValues(source, { positions, values });
    });
  }

  /** Measures the contrast, as `measureContrast` does. */
  contrast(): Promise<Contrast> {
    return this.#once("contrast", async () => {
      const source = this.#source, { width, height, channels, bits } = source;
      const blocks = new BlockMeans(source), noise = new NoiseMeter(source);
      // An image without a whole block is narrow, and small.
      if (blocks.means.length === 0) return measureContrast(await source.read({ x: 0, y: 0, width, height }));
      const clean = await this.withoutHotPixels();
      for await (const { image, top, height: rows, above } of rowBands(clean, NoiseMeter.HALO)) {
        const grey = luminance(image).subarray(above * width);
        noise.add(grey, top, rows);
        blocks.add(grey, top, rows);
      }
      const statistics = SourceStatistics.for(clean);
      const ends = channels === 1
        ? await statistics.quantiles(RANGE_ENDS)
        : await statistics.luminances((total) => quantileRanks(RANGE_ENDS, total));
      return contrastFrom(bits, noise.deviation(), ends, quantiles(blocks.means, BLOCK_ENDS));
    });
  }

  /** Returns the luminances at ranks, counted from 1. */
  async luminances(ranks: (total: number) => readonly number[]): Promise<number[]> {
    return await scannedQuantiles((visit) => this.scan((image) => visit(luminance(image))), 32, ranks);
  }

  /** Measures the background and the colour, as `modalityStatistics` does. */
  modality(): Promise<ModalityStatistics> {
    return this.#once("modality", async () => {
      const statistics = SourceStatistics.for(await this.withoutHotPixels(EXTREME_FACTOR));
      const levels = await statistics.luminances(modalityRanks);
      let colour = 0;
      if (this.#source.channels === 3) await statistics.scan((image) => colour += sumColour(image));
      return modalityFrom(
        levels,
        colour / (this.#source.width * this.#source.height),
        await statistics.intensityRange(),
      );
    });
  }
}
