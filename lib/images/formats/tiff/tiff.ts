import type { ByteSource } from "../../../io/byte_source.ts";
import type { Rectangle } from "../../rectangle.ts";
import { type FormatReader, type Header, parseOrientation, type Raster, type Samples, startsWith } from "../format.ts";
import { invert } from "../invert.ts";
import { COMPRESSION_NAMES } from "./codecs/names.ts";
import type { Directory } from "./directory.ts";
import { readColour } from "./layout.ts";
import { readPlane } from "./plane.ts";
import { openStack, type Plane } from "./stack.ts";
import { TAG } from "./tags.ts";

/** Compressions that can be lossy: JPEG, JPEG 2000, LERC, WebP. */
const LOSSY = new Set([7, 33003, 33004, 33005, 33007, 34712, 34887, 34892, 34927, 50001]);

/** First bytes of TIFF and BigTIFF, little- and big-endian. */
const MAGIC = [[0x49, 0x49, 42, 0], [0x4d, 0x4d, 0, 42], [0x49, 0x49, 43, 0], [0x4d, 0x4d, 0, 43]];

/**
 * TIFF and BigTIFF (Adobe's TIFF 6.0 and its supplements): strips and tiles of any sample type, stacks, and channels
 * in samples or in pages.
 */
export const tiff: FormatReader = {
  label: "TIFF",
  // BigTIFF's are btf, tf2 and tf8, those of Aperio's scans svs.
  extensions: ["tif", "tiff", "btf", "tf2", "tf8", "svs"],
  matches: (bytes) => MAGIC.some((magic) => startsWith(bytes, ...magic)),
  readHeader: readTiffHeader,
  readRaster: (bytes, page, level) => readTiffRaster(bytes, page, { level }),
};

/**
 * Reads the header of a file that need not be in memory.
 *
 * @param level of a pyramid; 0 is the full size
 * @throws {Error} if the file has no such level; the message lists its levels.
 */
export function readTiffHeader(bytes: ByteSource, level?: number): Header {
  const { frames, description, scale } = openStack(bytes, level);
  const [{ directory, layout }] = frames[0], { axes } = description;
  return {
    width: layout.width,
    height: layout.height,
    pages: frames.length,
    channels: countSamples(frames[0]),
    ...(frames[0].length === 1 && readColour(directory, layout).alpha && { alpha: true }),
    orientation: parseOrientation(directory.number(TAG.Orientation)),
    ...(description.pixelSize ? { pixelSize: description.pixelSize } : {}),
    ...(description.pixelSides ? { pixelSides: description.pixelSides } : {}),
    ...(scale ? { scale } : {}),
    // A file may have lost pages after it was described.
    ...(axes && frames.length > 1 && axes.z * axes.t === frames.length ? { axes } : {}),
  };
}

/** Which part of a picture is read. */
export interface TiffPart {
  /** Level of a pyramid. Default 0, the full size. */
  level?: number;
  /** Columns and rows as they are stored. Default: all. */
  window?: Rectangle;
  /** Channels to read, counted from 0, if they are stored separately. Default: all. */
  chosen?: readonly number[];
}

/** Returns the number of channels of a picture that are stored separately, so that one is read without the others; else 0. */
export function countSeparateChannels(bytes: ByteSource, page: number, level?: number): number {
  const planes = openStack(bytes, level).frames[page], [{ directory, layout }] = planes;
  if (planes.length > 1) return countSamples(planes);
  return layout.separate && readColour(directory, layout).colour !== "palette" ? layout.samples : 0;
}

/**
 * Reads a picture, or a part of it, of a file that need not be in memory.
 *
 * @param page counted from 0
 * @returns the samples of the window, which is as large as the raster, in the chosen channels
 */
export async function readTiffRaster(
  bytes: ByteSource,
  page: number,
  { level, window, chosen }: TiffPart = {},
): Promise<Raster> {
  const { frames, description } = openStack(bytes, level);
  const planes = frames[page];
  const [{ directory, layout }] = planes;
  const { bits, compression } = layout;
  const { width, height } = window ?? layout;
  const channels = chosen?.length ?? countSamples(planes);
  const meaning = planes.length > 1
    ? { colour: "channels" as const, alpha: false, data: await readChannels(planes, window, chosen) }
    : { ...readColour(directory, layout), data: await readPlane(planes[0], { window, chosen }) };
  const asStored = isMeantAsStored(directory, bits, description.imageJ);
  const isInverted = !asStored && planes.every(({ layout }) => layout.photometric === 0);
  return {
    width,
    height,
    channels,
    ...meaning,
    colour: meaning.colour === "inverted" && asStored ? "grey" : meaning.colour,
    // The colour does not say so of several channels.
    data: meaning.colour === "channels" && isInverted ? invert(meaning.data, bits) : meaning.data,
    bits,
    ...(meaning.colour === "palette" ? { palette: readPalette(directory.numbers(TAG.ColorMap)) } : {}),
    // Some writers give only the first page this tag.
    orientation: parseOrientation(
      directory.number(TAG.Orientation) ?? frames[0][0].directory.number(TAG.Orientation),
    ),
    ...(LOSSY.has(compression) ? { lossy: COMPRESSION_NAMES[compression] } : {}),
  };
}

/**
 * Returns whether the samples are not inverted although the tag says "white is zero": ImageJ writes that for an
 * inverting colour table, tifffile for an array of booleans.
 */
function isMeantAsStored(directory: Directory, bits: number, imageJ: boolean): boolean {
  return imageJ || (bits === 1 && directory.text(TAG.Software).startsWith("tifffile"));
}

/** Returns the number of channels of a picture: each sample of each of its planes is one, as in OME. */
function countSamples(planes: readonly Plane[]): number {
  return planes.reduce((sum, { layout }) => sum + layout.samples, 0);
}

/** Reads channels from separate planes, of one or several samples each, and interleaves them. */
async function readChannels(
  planes: readonly Plane[],
  window?: Rectangle,
  chosen: readonly number[] = Array.from({ length: countSamples(planes) }, (_, c) => c),
): Promise<Samples> {
  const [{ layout }] = planes;
  const other = planes.find((plane) => plane.layout.bits !== layout.bits || plane.layout.kind !== layout.kind);
  if (other) {
    throw new Error(`its channels have ${layout.bits} and ${other.layout.bits} bits: save them in one format`);
  }
  let out: Uint8Array | undefined, first = 0;
  for (const plane of planes) {
    const { samples, separate } = plane.layout, start = first;
    first += samples;
    const wanted = chosen.flatMap((c, to) => c >= start && c < first ? [{ sample: c - start, to }] : []);
    if (wanted.length === 0) continue;
    // Samples that are stored separately are read alone.
    const only = separate ? [...new Set(wanted.map(({ sample }) => sample))].sort((a, b) => a - b) : undefined;
    // All channels have the same array type.
    const data = await readPlane(plane, { window, ...(only && { chosen: only }) }) as Uint8Array;
    const stored = only?.length ?? samples;
    if (chosen.length === 1 && stored === 1) return data;
    out ??= new (data.constructor as Uint8ArrayConstructor)(data.length / stored * chosen.length);
    for (const { sample, to: place } of wanted) {
      const from = only?.indexOf(sample) ?? sample;
      for (let i = from, to = place; i < data.length; i += stored, to += chosen.length) out[to] = data[i];
    }
  }
  return out!;
}

/** Converts a colour map, all reds, greens and blues in 16 bits, to red, green and blue of each index in 8 bits. */
function readPalette(map: readonly number[]): Uint8Array {
  const count = Math.floor(map.length / 3);
  // Some writers store 8 bits.
  const shift = map.some((value) => value > 255) ? 8 : 0;
  const palette = new Uint8Array(3 * count);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) palette[3 * i + c] = map[c * count + i] >> shift;
  }
  return palette;
}
