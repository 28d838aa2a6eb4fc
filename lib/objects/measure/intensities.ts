import type { ChannelImage } from "../../images/image.ts";
import type { ObjectRuns } from "./object_runs.ts";

/** Statistics of an object's pixels in one channel, in the image's unit. */
export interface Intensities {
  min: number;
  mean: number;
  max: number;
  /** Standard deviation of the pixels (divisor n). */
  std: number;
  median: number;
}

/** The measures of {@linkcode Intensities}, in the order of a table's columns. */
export const INTENSITY_MEASURES = ["min", "mean", "max", "std", "median"] as const satisfies (keyof Intensities)[];

/** Measures the intensities of an image's objects. The buffer serves one object after the other. */
export class IntensityMeter {
  readonly #image: ChannelImage;
  readonly #values: ChannelImage["data"];

  /** @param largest largest number of pixels of an object */
  constructor(image: ChannelImage, largest: number) {
    this.#image = image;
    this.#values = new (image.data.constructor as Uint8ArrayConstructor)(largest);
  }

  /** Measures the object at a position in the runs. */
  measure({ first, row, start, end }: ObjectRuns, object: number, channel: number): Intensities {
    const { data, channels, width } = this.#image, values = this.#values;
    let count = 0, sum = 0;
    for (let run = first[object]; run < first[object + 1]; run++) {
      let at = (row[run] * width + start[run]) * channels + channel;
      for (let x = start[run]; x < end[run]; x++, at += channels) {
        values[count++] = data[at];
        sum += data[at];
      }
    }
    const mean = sum / count;
    const sorted = values.subarray(0, count).sort();
    let squares = 0;
    for (let i = 0; i < count; i++) squares += (sorted[i] - mean) ** 2;
    const half = count >> 1;
    return {
      min: sorted[0],
      mean,
      max: sorted[count - 1],
      std: Math.sqrt(squares / count),
      median: count % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2,
    };
  }
}
