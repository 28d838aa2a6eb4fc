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
  /** `[height, width]`; what is not 0 is foreground, and values stay as they are. */
  mask: ArrayLike<number>;
}

/** What {@linkcode sampleCrop} needs to know. */
export interface CropOptions {
  /** In pixels. */
  side: number;
  /** Channels of the result; grey images fill all of them. */
  channels: number;
  augmentations: readonly Augmentation[];
  /** Normalised values that count as the dark and the bright end of an image's range. */
  range: readonly [dark: number, bright: number];
}

/** Whether a name comes up, and its stream of random numbers: a function of the keys and the name alone. */
function randomStream(name: Augmentation, keys: readonly number[]): Random | undefined {
  const random = new Random(...keys, 0xa06, AUGMENTATIONS.indexOf(name));
  return random.next() < PROBABILITY[name] ? random : undefined;
}

/** A foreground pixel, drawn evenly among all, or `undefined` where there is none. */
function drawForeground(mask: ArrayLike<number>, random: Random): number | undefined {
  let count = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i] > 0) count++;
  if (count === 0) return undefined;
  let wanted = random.integer(count);
  for (let i = 0; i < mask.length; i++) if (mask[i] > 0 && wanted-- === 0) return i;
}

/**
 * Cuts one augmented crop. What happens to it depends on the keys alone, whoever computes it and in which order.
 *
 * @param keys integers that name the sample, such as seed, epoch and position
 * @param image receives `[side, side, channels]`
 * @param mask receives `[side, side]`
 */
export function sampleCrop(
  source: CropSource,
  { side, channels, augmentations, range }: CropOptions,
  keys: readonly number[],
  image: Float32Array,
  mask: Float32Array,
): void {
  const { width, height } = source;
  const has = (name: Augmentation) => augmentations.includes(name);
  const random = new Random(...keys);
  // An image smaller than the crop lies in its middle.
  const start = (length: number) => length > side ? random.integer(length - side + 1) : Math.floor((length - side) / 2);
  const crop: Crop = {
    top: start(height),
    left: start(width),
    turns: has("symmetries") ? random.integer(4) : 0,
    mirror: has("symmetries") && random.integer(2) === 1,
  };
  const around = has("cropNonEmptyMask") ? randomStream("cropNonEmptyMask", keys) : undefined;
  const pixel = around && drawForeground(source.mask, around);
  if (around && pixel !== undefined) {
    const place = (at: number, length: number, given: number) =>
      length > side ? Math.max(0, Math.min(length - side, at - around.integer(side))) : given;
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
  // A grey crop is worked on as one channel, and fills the others in the end.
  const worked = grey && channels > 1 ? new Float32Array(side * side) : image;
  const workedChannels = grey ? 1 : channels;
  if (warps.length > 0) {
    const field = identityField(side);
    for (const { warp, stream } of warps) warp(field, side, stream);
    copyWarped(source, crop, field, side, worked, mask);
  } else {
    copyCrop(source.pixels, [...size, source.channels], crop, side, worked, 0, workedChannels);
    copyCrop(source.mask, [...size, 1], crop, side, mask, 0, 1);
  }

  const pixels: Pixels = { data: worked, side, channels: workedChannels };
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
    for (let i = 0; !plain && i < worked.length; i++) worked[i] = (worked[i] - dark) / spread;
    for (const change of changes) change();
    for (let i = 0; !plain && i < worked.length; i++) worked[i] = worked[i] * spread + dark;
  }
  if (worked !== image) {
    for (let i = 0, at = 0; i < worked.length; i++) {
      const value = worked[i];
      for (let c = 0; c < channels; c++) image[at++] = value;
    }
  }
}
