/**
 * Names of the augmentations of training crops.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { AUGMENTATIONS, parseConfig } from "lib";
 *
 * assert.equal(parseConfig({ augmentations: [...AUGMENTATIONS] }).augmentations.length, AUGMENTATIONS.length);
 * ```
 */
export const AUGMENTATIONS = [
  "symmetries",
  "cropNonEmptyMask",
  "shiftScaleRotate",
  "elasticTransform",
  "gridDistortion",
  "randomBrightnessContrast",
  "randomGamma",
  "clahe",
  "gaussNoise",
  "gaussianBlur",
  "stainJitter",
  "invert",
] as const;
/**
 * An augmentation of training crops; most are named as in Albumentations.
 *
 * Geometric, applied to image and mask: `symmetries` (the eight symmetries of the square with equal probability),
 * `cropNonEmptyMask` (the crop contains a foreground pixel that is drawn first), `shiftScaleRotate` (up to 6.25 % of
 * the side, 10 %, 45°), `elasticTransform` (a smooth random displacement), `gridDistortion` (columns and rows of five
 * cells each stretched by up to 30 %).
 *
 * Intensity: `randomBrightnessContrast` (± 20 % of the range, × 0.8 to 1.2), `randomGamma` (exponent 0.8 to 1.25),
 * `clahe` (contrast-limited adaptive histogram equalisation, 8 × 8 cells, limit 1 to 4), `gaussNoise` (σ of 1 to 5 %
 * of the range), `gaussianBlur` (σ of 0.5 to 1.5 pixels), `stainJitter` (haematoxylin, eosin and residual of coloured
 * images, × 0.9 to 1.1 and ± 0.02), `invert` (dark becomes bright).
 *
 * The first two are applied to every crop, `invert` with a probability of 0.1, all others of 0.5.
 */
export type Augmentation = typeof AUGMENTATIONS[number];

/** Probability of each augmentation. */
export const PROBABILITY: Record<Augmentation, number> = {
  symmetries: 1,
  cropNonEmptyMask: 1,
  shiftScaleRotate: 0.5,
  elasticTransform: 0.5,
  gridDistortion: 0.5,
  randomBrightnessContrast: 0.5,
  randomGamma: 0.5,
  clahe: 0.5,
  gaussNoise: 0.5,
  gaussianBlur: 0.5,
  stainJitter: 0.5,
  invert: 0.1,
};
