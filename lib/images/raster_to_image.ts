import type { Raster } from "./formats/format.ts";
import { orient } from "./formats/orient.ts";
import type { ChannelImage, Image } from "./image.ts";
import { namePlace } from "./name_place.ts";
import { hasOnlyGreys, usedIndices } from "./palette.ts";

/** Lists a picture's channels, counted from 1 as in `--channels`. */
function listChannels(count: number): string {
  return Array.from({ length: count }, (_, c) => c + 1).join(", ");
}

/**
 * Converts a decoded picture to an image.
 *
 * @param channels the channels to read, counted from 1
 * @throws {Error} whose message does not name the file.
 */
export function rasterToImage(raster: Raster, channels?: readonly number[]): Image {
  const samples = rasterToSamples(raster);
  const chosen = channels
    ? checkChannels(channels, samples.count)
    : colourChannels(samples, () => isConstant(samples.data, samples.count, 3, samples.data[3]));
  const equal = chosen.length === 3 && areEqual(samples.data, samples.count, chosen);
  return samplesToImage(raster, samples, equal ? chosen.slice(0, 1) : chosen);
}

/** Converts a decoded picture to an image with all its channels, without transparency. */
export function rasterToChannels(raster: Raster): ChannelImage {
  const samples = rasterToSamples(raster);
  return samplesToChannels(raster, samples, storedChannels(samples));
}

/** Lists all channels of a picture, counted from 0, without transparency: a single one if a palette has only greys. */
export function storedChannels(
  { count, alpha, isGrey }: Pick<RasterSamples, "count" | "alpha" | "isGrey">,
): number[] {
  if (isGrey) return [0];
  return Array.from({ length: count - (alpha ? 1 : 0) }, (_, channel) => channel);
}

/**
 * Converts samples to an upright image.
 *
 * @param selected one channel, or three that become red, green and blue, counted from 0
 */
export function samplesToImage(
  raster: Pick<Raster, "width" | "height" | "orientation">,
  samples: RasterSamples,
  selected: readonly number[],
): Image {
  return { ...samplesToChannels(raster, samples, selected), channels: selected.length as 1 | 3 };
}

/**
 * Converts samples to an upright image with some of their channels.
 *
 * @param selected counted from 0
 */
export function samplesToChannels(
  { width, height, orientation }: Pick<Raster, "width" | "height" | "orientation">,
  { data: all, count, depth }: RasterSamples,
  selected: readonly number[],
): ChannelImage {
  const inOrder = selected.length === count && selected.every((channel, i) => channel === i);
  const data = inOrder ? all : pick(all, count, selected);
  const upright = orient(data, { width, height, channels: selected.length, orientation });
  return { ...upright, channels: selected.length, bits: depth };
}

/** Samples in one of an image's depths. */
export interface RasterSamples extends Pick<Raster, "colour" | "alpha"> {
  /** Interleaved channels. */
  data: Uint8Array | Uint16Array | Float32Array;
  /** Number of channels. */
  count: number;
  depth: 8 | 16 | 32;
  /** Whether the channels are equal, because they come from a palette that has only greys. */
  isGrey: boolean;
}

/** Converts a picture's samples to one of an image's depths, and palette indices to colours. */
export function rasterToSamples(raster: Raster): RasterSamples {
  const shown = raster.colour === "palette" ? showPalette(raster) : raster;
  const isGrey = raster.colour === "palette" && hasOnlyGreys(raster.palette ?? new Uint8Array(0));
  return { ...toSamples(shown), colour: shown.colour, alpha: shown.alpha, isGrey };
}

/**
 * Checks the channels that a user chose.
 *
 * @param channels counted from 1
 * @returns the same, counted from 0
 */
export function checkChannels(channels: readonly number[], count: number): number[] {
  const wrong = channels.find((channel) => !(Number.isInteger(channel) && channel >= 1 && channel <= count));
  if (wrong !== undefined) {
    throw new Error(
      `it has ${count === 1 ? "one channel" : `the channels ${listChannels(count)}`}, not channel ${wrong}`,
    );
  }
  if (channels.length !== 1 && channels.length !== 3) {
    throw new Error(`${channels.length} channels were chosen (${channels.join(", ")}): choose one, or three`);
  }
  return channels.map((channel) => channel - 1);
}

/**
 * Selects the grey or colour channels of an image, without transparency.
 *
 * @param fourthIsConstant called for a fourth channel without a description
 */
export function colourChannels(
  { colour, alpha, count }: Pick<RasterSamples, "colour" | "alpha" | "count">,
  fourthIsConstant: () => boolean,
): number[] {
  if (colour === "CMYK" || colour === "CIELAB" || colour === "YCbCr") {
    throw new Error(
      `its colours are ${colour}: save it as red, green, blue or grey, or choose one of its channels with --channels 1 to ${count}`,
    );
  }
  const colours = count - (alpha ? 1 : 0);
  if (colours === 1) return [0];
  if (colours === 3 && colour !== "channels") return [0, 1, 2];
  // A constant fourth channel without a description contains no information.
  if (colours === 4 && colour === "rgb" && fourthIsConstant()) return [0, 1, 2];
  throw new Error(
    colour === "rgb"
      ? `it has ${colours} channels, and ${
        colours === 4 ? "the fourth is not marked as transparency" : "those after red, green, blue are not described"
      }: choose with --channels 1,2,3 or --channels 4`
      : `it has ${colours} channels that are not red, green, blue: choose one to segment with --channels ${
        colours === 2 ? "1 or 2" : `1 to ${colours}`
      }${colours > 3 ? `, or three as red, green, blue, such as --channels 1,2,3` : ""}`,
  );
}

/** Replaces palette indices by their colours, without transparency. */
function showPalette(raster: Raster): Raster {
  const { data, palette = new Uint8Array(0), channels } = raster;
  usedIndices(raster);
  const indices = data as Uint8Array | Uint16Array, pixels = indices.length / channels;
  const rgb = new Uint8Array(3 * pixels);
  for (let i = 0; i < pixels; i++) {
    const index = indices[i * channels];
    for (let c = 0; c < 3; c++) rgb[3 * i + c] = palette[3 * index + c];
  }
  return { ...raster, data: rgb, channels: 3, colour: "rgb", alpha: false, bits: 8 };
}

function toSamples(raster: Raster): Pick<RasterSamples, "data" | "count" | "depth"> {
  const { data, bits, channels: count, colour } = raster;
  if (data instanceof Uint8Array || data instanceof Uint16Array) {
    const depth = data instanceof Uint8Array ? 8 : 16;
    return { data: colour === "inverted" || bits === 1 ? spread(data, bits, colour) : data, count, depth };
  }
  return { data: toFloat(raster), count, depth: 32 };
}

/** Makes white the highest value if the file stores it as 0, and scales one bit to 0 and 255. */
function spread<T extends Uint8Array | Uint16Array>(data: T, bits: number, colour: string): T {
  const top = 2 ** bits - 1, scale = bits === 1 ? 255 : 1, inverted = colour === "inverted";
  return data.map((value) => (inverted ? top - value : value) * scale) as T;
}

/** Converts samples to float32, which represents integers up to 2²⁴ exactly. Floating-point samples are rounded. */
function toFloat(raster: Raster): Float32Array {
  const { data } = raster;
  const out = new Float32Array(data.length);
  const fractions = data instanceof Float32Array || data instanceof Float64Array;
  for (let i = 0; i < out.length; i++) {
    const value = data[i], rounded = out[i] = Number(value);
    if (
      fractions ? !Number.isFinite(out[i]) : typeof value === "bigint" ? BigInt(out[i]) !== value : out[i] !== rounded
    ) {
      throw new Error(
        fractions && !Number.isFinite(rounded)
          ? `its value in ${namePlace(raster, i)} is ${value}: replace it by a number`
          : `its value ${value} in ${namePlace(raster, i)} does not fit 32-bit floating point: save it with 16 bits`,
      );
    }
  }
  return out;
}

/** Returns whether three channels are equal in every pixel. */
export function areEqual(data: ArrayLike<number>, count: number, [r, g, b]: readonly number[]): boolean {
  for (let i = 0; i < data.length; i += count) {
    if (data[i + r] !== data[i + g] || data[i + r] !== data[i + b]) return false;
  }
  return true;
}

/** Returns whether a channel has one value in every pixel. */
export function isConstant(data: ArrayLike<number>, count: number, channel: number, value: number): boolean {
  for (let i = channel; i < data.length; i += count) if (data[i] !== value) return false;
  return true;
}

function pick<T extends Uint8Array | Uint16Array | Float32Array>(
  data: T,
  count: number,
  channels: readonly number[],
): T {
  const out = new (data.constructor as new (length: number) => T)(data.length / count * channels.length);
  for (let i = 0, to = 0; i < data.length; i += count) for (const channel of channels) out[to++] = data[i + channel];
  return out;
}
