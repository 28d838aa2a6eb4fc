import { type Dataset, sampleModality } from "./dataset.ts";
import { FAR, hotPixels, removeHotPixels } from "../images/hot_pixels.ts";
import { intensityRange, type LabelImage } from "../images/image.ts";
import type { Modality } from "../images/modality.ts";
import { mapDice } from "../evaluate/metrics.ts";
import { allForeground, otsuBaseline } from "../evaluate/baselines.ts";

/** What {@linkcode datasetSummary} tells of one image. */
export interface ImageSummary {
  id: string;
  group: string;
  width: number;
  height: number;
  channels: number;
  bits: number;
  modality: Modality;
  /** Share of the pixels that are foreground, 0 to 1. */
  foreground: number;
  /** Pixels of each object. */
  objectAreas: number[];
  /** Mean intensity, of the file's range 0 to 1. */
  intensity: number;
  /** Largest less smallest intensity, of the file's range 0 to 1. */
  contrast: number;
  /** Share of the pixels at the top of the file's range. */
  saturated: number;
  /** Values that lie far outside the rest all by themselves, and do not count in the numbers here. */
  hotPixels: number;
  /** Dice of Otsu's threshold alone. */
  otsuDice: number;
  /** Dice of Otsu's threshold on the mask's inverse, whose foreground is the background. */
  inverseDice: number;
  /** Dice of calling every pixel foreground. */
  allForegroundDice: number;
}

/** Pixels of each object of a label mask, by number. */
export function objectAreas({ data }: LabelImage): Map<number, number> {
  const areas = new Map<number, number>();
  for (const label of data) if (label > 0) areas.set(label, (areas.get(label) ?? 0) + 1);
  return areas;
}

/** Sizes, intensities, foreground and objects of each image of a data set. */
export function datasetSummary(dataset: Dataset): ImageSummary[] {
  return dataset.samples.map((sample) => {
    const { id, group, labels } = sample;
    const image = removeHotPixels(sample.image, FAR);
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
      hotPixels: image === sample.image ? 0 : hotPixels(sample.image, FAR).length,
      otsuDice: mapDice(otsu, labels.data),
      inverseDice: mapDice(otsu, labels.data.map((label) => label === 0 ? 1 : 0)),
      allForegroundDice: mapDice(allForeground(image), labels.data),
    };
  });
}
