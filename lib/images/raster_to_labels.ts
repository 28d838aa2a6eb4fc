import type { Raster, Samples } from "./formats/format.ts";
import { invert } from "./formats/invert.ts";
import { orient } from "./formats/orient.ts";
import type { LabelImage } from "./image.ts";
import { namePlace } from "./name_place.ts";
import { greysOrIndices } from "./palette.ts";

/** The values of a mask to read. */
export interface LabelValues {
  /** The channel to read, counted from 1. Default: the only channel, or one of three equal channels. */
  channels?: readonly number[];
  /** Whether to keep the stored values, up to 2³² − 1, as the values of classes. Default `false`. */
  keepValues?: boolean;
}

/** The largest value of 32 bits. */
const LARGEST = 2 ** 32 - 1;

/**
 * Converts a decoded picture to a label mask: the greys of a palette, or the indices if it has colours, or one of several
 * equal colour channels. One bit has the values 0 and 255.
 *
 * @param options the channel to read, and whether to keep the stored values
 * @throws {Error} whose message does not name the file.
 */
export function rasterToLabels(
  raster: Raster,
  { channels: chosen, keepValues = false }: LabelValues = {},
): LabelImage {
  const { width, height, channels, alpha, colour, lossy, orientation, bits } = raster;
  if (lossy) {
    throw new Error(
      `its compression is ${lossy}, which can change a mask's values along outlines: save it as PNG, or as TIFF with LZW or deflate, from the program that made it`,
    );
  }
  const colours = channels - (alpha ? 1 : 0);
  if (chosen) {
    const [channel] = chosen;
    if (chosen.length !== 1 || !(Number.isInteger(channel) && channel >= 1 && channel <= channels)) {
      throw new Error(`the channels ${chosen.join(", ")} were chosen, but the mask has ${channels}: choose one`);
    }
    return rasterToLabels({
      ...raster,
      channels: 1,
      alpha: false,
      colour: channels === 1 ? colour : "grey",
      data: everyNth(raster.data, channels, channel - 1),
    }, { keepValues });
  }
  if (colours > 1 && !haveEqualColours(raster, colours)) {
    throw new Error(
      colours === 3
        ? "it is coloured, not a label mask: save it with one channel of object numbers, or as a palette image, or name the " +
          "colours of its classes in classes.json"
        : `it has ${colours} channels, not one: save it with one channel of object numbers`,
    );
  }
  if (alpha && isHiddenInAlpha(raster)) {
    throw new Error("its objects are only in its transparency: save them as object numbers in one channel");
  }
  const values = channels === 1 ? raster.data : everyNth(raster.data, channels, 0);
  const shown = colour === "palette"
    ? greysOrIndices(raster, values)
    : colour === "inverted"
    ? invert(values, bits)
    : values;
  const place = (pixel: number) => namePlace({ ...raster, channels: 1 }, pixel);
  const numbers = keepValues ? keepNumbers(shown, place) : compact(shown, place);
  // 0 and 255, like an image of one bit.
  const data = bits === 1 && colour !== "palette" ? spreadBit(numbers) : numbers;
  return orient(data, { width, height, channels: 1, orientation });
}

function spreadBit(numbers: LabelImage["data"]): LabelImage["data"] {
  for (let i = 0; i < numbers.length; i++) numbers[i] *= 255;
  return numbers;
}

function haveEqualColours({ data, channels }: Raster, colours: number): boolean {
  for (let i = 0; i < data.length; i += channels) {
    for (let c = 1; c < colours; c++) if (data[i] !== data[i + c]) return false;
  }
  return true;
}

/** Returns whether the colours are constant and the transparency is not. */
function isHiddenInAlpha({ data, channels }: Raster): boolean {
  let varies = false;
  for (let i = 0; i < data.length; i += channels) {
    if (data[i] !== data[0]) return false;
    varies ||= data[i + channels - 1] !== data[channels - 1];
  }
  return varies;
}

function everyNth(data: Samples, n: number, first: number): Samples {
  // All samples have the same array type.
  const source = data as Uint8Array;
  const out = new (source.constructor as Uint8ArrayConstructor)(source.length / n);
  for (let i = 0; i < out.length; i++) out[i] = source[i * n + first];
  return out;
}

/** Names the place of a pixel of a mask by its index. */
type NamePixel = (pixel: number) => string;

/** Returns the largest value, of which all must be whole numbers from 0 on. */
function largestNumber(values: Samples, place: NamePixel): number {
  let top = 0;
  for (let i = 0; i < values.length; i++) {
    const value = Number(values[i]);
    if (!(Number.isInteger(value) && value >= 0)) {
      throw new Error(
        `a label mask must contain whole numbers from 0 on, but this one contains ${values[i]} in ${place(i)}`,
      );
    }
    if (value > top) top = value;
  }
  return top;
}

/** Converts values to 16 bits, or to 32 if one is larger, without a change. */
function keepNumbers(values: Samples, place: NamePixel): LabelImage["data"] {
  if (values instanceof Uint8Array || values instanceof Uint16Array) return new Uint16Array(values);
  const top = largestNumber(values, place);
  if (top > LARGEST) {
    throw new Error(`a mask of classes must contain numbers up to ${LARGEST}, but this one contains ${top}`);
  }
  const out = top <= 65535 ? new Uint16Array(values.length) : new Uint32Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = Number(values[i]);
  return out;
}

/**
 * Converts object numbers to 16 bits; if one is larger, renumbers all from 1 in order of appearance. More than 65,535
 * objects get 32 bits.
 */
function compact(values: Samples, place: NamePixel): LabelImage["data"] {
  if (values instanceof Uint8Array || values instanceof Uint16Array) return new Uint16Array(values);
  const top = largestNumber(values, place);
  if (top <= 65535) {
    const out = new Uint16Array(values.length);
    for (let i = 0; i < out.length; i++) out[i] = Number(values[i]);
    return out;
  }
  const out = new Uint32Array(values.length);
  const numbers = new Map<number | bigint, number>();
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number(value) === 0) continue;
    let number = numbers.get(value);
    if (number === undefined) numbers.set(value, number = numbers.size + 1);
    out[i] = number;
  }
  return numbers.size <= 65535 ? Uint16Array.from(out) : out;
}
