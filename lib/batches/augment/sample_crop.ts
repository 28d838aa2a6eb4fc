import { Random } from "../../math/random.ts";
import { type Augmentation, AUGMENTATIONS, PROBABILITY } from "./augmentations.ts";
import { clahe } from "./clahe.ts";
import { copyCrop, type Crop } from "./crop.ts";
import {
  gaussianBlur,
  gaussNoise,
  invert,
  type Pixels,
  randomBrightnessContrast,
  randomGamma,
  stainJitter,
} from "./intensity.ts";
import { copyWarped, elasticTransform, gridDistortion, identityField, shiftScaleRotate } from "./warp.ts";

/** A normalised image with its mask. */
export interface CropSource {
  width: number;
  height: number;
  channels: number;
  /** float32 `[height, width, channels]`. */
  pixels: Float32Array;
  /** `[height, width]`; values other than 0 are foreground, and are copied unchanged. */
  mask: ArrayLike<number>;
}

/** Options of {@linkcode sampleCrop}. */
export interface CropOptions {
  /** Side of the crop, in pixels. */
  side: number;
  /** Channels of the result; a grey image is copied to all of them. */
  channels: number;
  augmentations: readonly Augmentation[];
  /** Normalised values that count as the dark and the bright end of an image's range. */
  range: readonly [dark: number, bright: number];
  /** Value of void in masks, which is no foreground. Default: none. */
  void?: number;
}

/**
 * Returns the random numbers of an augmentation, or `undefined` if it is not applied. Both depend only on the keys and
 * the name.
 */
function randomStream(name: Augmentation, keys: readonly number[]): Random | undefined {
  const random = new Random(...keys, 0xa06, AUGMENTATIONS.indexOf(name));
  return random.next() < PROBABILITY[name] ? random : undefined;
}

/** Draws a foreground pixel with equal probability, or returns `undefined` if there is none. */
function drawForeground(mask: ArrayLike<number>, random: Random, unlabelled?: number): number | undefined {
  const isForeground = (i: number) => mask[i] > 0 && mask[i] !== unlabelled;
  let count = 0;
  for (let i = 0; i < mask.length; i++) if (isForeground(i)) count++;
  if (count === 0) return undefined;
  let remaining = random.integer(count);
  for (let i = 0; i < mask.length; i++) if (isForeground(i) && remaining-- === 0) return i;
}

/**
 * Cuts one augmented crop. The result depends only on the source, the options and the keys, not on the thread or the
 * order of calls.
 *
 * @param keys integers that identify the sample, such as seed, epoch and position
 * @param image receives `[side, side, channels]`
 * @param mask receives `[side, side]`
 */
export function sampleCrop(
  source: CropSource,
  { side, channels, augmentations, range, void: unlabelled }: CropOptions,
  keys: readonly number[],
  image: Float32Array,
  mask: Float32Array,
): void {
  const { width, height } = source;
  const has = (name: Augmentation) => augmentations.includes(name);
  const random = new Random(...keys);
  // An image that is smaller than the crop is centred in it.
  const start = (length: number) => length > side ? random.integer(length - side + 1) : Math.floor((length - side) / 2);
  const crop: Crop = {
    top: start(height),
    left: start(width),
    turns: has("symmetries") ? random.integer(4) : 0,
    mirror: has("symmetries") && random.integer(2) === 1,
  };
  const around = has("cropNonEmptyMask") ? randomStream("cropNonEmptyMask", keys) : undefined;
  const pixel = around && drawForeground(source.mask, around, unlabelled);
  if (around && pixel !== undefined) {
    const place = (at: number, length: number, fallback: number) =>
      length > side ? Math.max(0, Math.min(length - side, at - around.integer(side))) : fallback;
    crop.top = place(Math.floor(pixel / width), height, crop.top);
    crop.left = place(pixel % width, width, crop.left);
  }

  const warps = ([
    ["gridDistortion", gridDistortion],
    ["elasticTransform", elasticTransform],
    ["shiftScaleRotate", shiftScaleRotate],
  ] as const).flatMap(([name, warp]) => {
    const stream = has(name) ? randomStream(name, keys) : undefined;
    return stream ? [{ warp, stream }] : [];
  });
  const size = [height, width] as const;
  const grey = source.channels === 1;
  // A grey crop is processed as one channel and copied to the others at the end.
  const data = grey && channels > 1 ? new Float32Array(side * side) : image;
  const dataChannels = grey ? 1 : channels;
  if (warps.length > 0) {
    const field = identityField(side);
    for (const { warp, stream } of warps) warp(field, side, stream);
    copyWarped(source, crop, field, side, data, mask);
  } else {
    copyCrop(source.pixels, [...size, source.channels], crop, side, data, 0, dataChannels);
    copyCrop(source.mask, [...size, 1], crop, side, mask, 0, 1);
  }

  const pixels: Pixels = { data, side, channels: dataChannels };
  const changes = ([
    ["stainJitter", stainJitter],
    ["randomBrightnessContrast", randomBrightnessContrast],
    ["randomGamma", randomGamma],
    ["clahe", clahe],
    ["gaussianBlur", gaussianBlur],
    ["gaussNoise", (pixels: Pixels, stream: Random) => gaussNoise(pixels, stream, grey)],
    ["invert", invert],
  ] as const).flatMap(([name, change]) => {
    const stream = has(name) ? randomStream(name, keys) : undefined;
    return stream ? [() => change(pixels, stream)] : [];
  });
  if (changes.length > 0) {
    const [dark, bright] = range, spread = bright - dark;
    const plain = dark === 0 && spread === 1;
    for (let i = 0; !plain && i < data.length; i++) data[i] = (data[i] - dark) / spread;
    for (const change of changes) change();
    for (let i = 0; !plain && i < data.length; i++) data[i] = data[i] * spread + dark;
  }
  if (data !== image) {
    for (let i = 0, at = 0; i < data.length; i++) {
      const value = data[i];
      for (let c = 0; c < channels; c++) image[at++] = value;
    }
  }
}
