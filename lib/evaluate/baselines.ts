import { EXTREME_FACTOR, removeHotPixels } from "../images/hot_pixels.ts";
import { type Image, luminance } from "../images/image.ts";
import { otsuThreshold } from "./otsu.ts";

/**
 * Segments an image by Otsu's threshold: foreground is the brighter class, or the darker one if the brighter covers
 * more than half of the image (stained tissue on a bright background). Hot pixels are ignored, since a single one could
 * form a class.
 *
 * @returns 0 or 1, `[height, width]`
 */
export function otsuBaseline(image: Image): Float32Array {
  const grey = luminance(removeHotPixels(image, EXTREME_FACTOR));
  const threshold = otsuThreshold(grey);
  const map = grey.map((value) => value > threshold ? 1 : 0);
  const bright = map.reduce((sum, value) => sum + value, 0);
  return bright > map.length / 2 ? map.map((value) => 1 - value) : map;
}

/** Makes a map with foreground everywhere; its Dice is 2f / (1 + f) for a foreground fraction f. */
export function allForeground({ width, height }: Image): Float32Array {
  return new Float32Array(width * height).fill(1);
}

/** A prediction without training, an entry of the registry `BASELINES`. */
export interface BaselineDefinition {
  /** The name in tables and charts. */
  label: string;
  /** Predicts an image: 0 or 1, `[height, width]`. */
  predict(image: Image): Float32Array;
}

/**
 * The baselines with which every score is compared. To add one, add a function and a line here.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { generateDataset } from "lib";
 * import { BASELINES } from "lib/evaluate";
 *
 * const { samples: [{ image }] } = await generateDataset({ count: 1, size: 32 });
 * assert.ok(BASELINES["all-foreground"].predict(image).every((value) => value === 1));
 * assert.equal(BASELINES.otsu.label, "Otsu's threshold");
 * ```
 */
export const BASELINES = {
  otsu: { label: "Otsu's threshold", predict: otsuBaseline },
  "all-foreground": { label: "all foreground", predict: allForeground },
} as const satisfies Record<string, BaselineDefinition>;
