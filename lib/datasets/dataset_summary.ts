import { type Dataset, sampleModality } from "./dataset.ts";
import { EXTREME_FACTOR, hotPixels, removeHotPixels } from "../images/hot_pixels.ts";
import { intensityRange, type LabelImage } from "../images/image.ts";
import type { Modality } from "../images/modality.ts";
import { mapDice } from "../evaluate/metrics.ts";
import { allForeground, otsuBaseline } from "../evaluate/baselines.ts";

/** The summary of one image by {@linkcode datasetSummary}. */
export interface ImageSummary {
  id: string;
  group: string;
  width: number;
  height: number;
  channels: number;
  bits: number;
  modality: Modality;
  /** Fraction of the pixels that are foreground, 0 to 1. */
  foreground: number;
  /** Area of each object, in pixels. */
  objectAreas: number[];
  /** Mean intensity, with the file's range scaled to 0 to 1. */
  intensity: number;
  /** Difference between the largest and the smallest intensity, with the file's range scaled to 0 to 1. */
  contrast: number;
  /** Fraction of the pixels at the top of the file's range. */
  saturated: number;
  /** Number of isolated extreme values, which are excluded from the other measurements. */
  hotPixels: number;
  /** Dice of Otsu's threshold. */
  otsuDice: number;
  /** Dice of Otsu's threshold and the inverted mask. */
  inverseDice: number;
  /** Dice of a map with foreground everywhere. */
  allForegroundDice: number;
}

/** Counts the pixels of each object of a label mask, by object number. */
export function objectAreas({ data }: LabelImage): Map<number, number> {
  const areas = new Map<number, number>();
  for (const label of data) if (label > 0) areas.set(label, (areas.get(label) ?? 0) + 1);
  return areas;
}

/** Measures size, intensities, foreground and objects of each image of a data set. */
export function datasetSummary(dataset: Dataset): ImageSummary[] {
  return dataset.samples.map((sample) => {
    const { id, group, labels } = sample;
    const image = removeHotPixels(sample.image, EXTREME_FACTOR);
    const otsu = otsuBaseline(image);
    const areas = [...objectAreas(labels).values()];
    const [bottom, top] = intensityRange(image);
    let sum = 0, saturated = 0, low = Infinity, high = -Infinity;
    for (const value of image.data) {
      low = Math.min(low, value);
      high = Math.max(high, value);
      sum += value;
      if (value >= top) saturated++;
    }
    return {
      id,
      group,
      width: image.width,
      height: image.height,
      channels: image.channels,
      bits: image.bits,
      modality: sampleModality(sample),
      foreground: areas.reduce((a, b) => a + b, 0) / labels.data.length,
      objectAreas: areas,
      intensity: top > bottom ? (sum / image.data.length - bottom) / (top - bottom) : 0,
      contrast: top > bottom ? (high - low) / (top - bottom) : 0,
      saturated: high > low ? saturated / image.data.length : 0,
      hotPixels: image === sample.image ? 0 : hotPixels(sample.image, EXTREME_FACTOR).length,
      otsuDice: mapDice(otsu, labels.data),
      inverseDice: mapDice(otsu, labels.data.map((label) => label === 0 ? 1 : 0)),
      allForegroundDice: mapDice(allForeground(image), labels.data),
    };
  });
}
