import { DamagedError } from "../damaged_error.ts";
import type { Colour } from "../format.ts";
import type { Directory } from "./directory.ts";
import { TAG } from "./tags.ts";

/** Types of samples (TIFF's SampleFormat). */
export type SampleKind = "unsigned" | "signed" | "float";

/** The storage layout of a directory's pixels. */
export interface PlaneLayout {
  width: number;
  height: number;
  /** Samples per pixel. */
  samples: number;
  bits: number;
  kind: SampleKind;
  /** Whether each sample is stored in separate blocks instead of interleaved. */
  separate: boolean;
  compression: number;
  predictor: number;
  fillOrder: number;
  photometric: number;
  /** Size of a strip or tile in pixels. */
  blockWidth: number;
  blockHeight: number;
  tiled: boolean;
}

const KINDS: Record<number, SampleKind> = { 1: "unsigned", 2: "signed", 3: "float", 4: "unsigned" };

/** Reads and checks a directory's sizes and sample format. */
export function readLayout(directory: Directory): PlaneLayout {
  const width = directory.number(TAG.ImageWidth, 0), height = directory.number(TAG.ImageLength, 0);
  if (!(width > 0 && height > 0)) throw new Error(`its header gives a size of ${width} × ${height} pixels`);
  const compression = directory.number(TAG.Compression, 1);
  const samples = directory.number(TAG.SamplesPerPixel, 1);
  if (samples < 1) throw new Error(`its header states ${samples} channels`);
  const listed = directory.numbers(TAG.BitsPerSample, samples);
  const bits = listed[0] ?? 1;
  const odd = listed.find((value) => value !== bits);
  if (odd !== undefined) {
    throw new Error(`its channels have ${listed.join(", ")} bits: save them with 8 or 16 bits each`);
  }
  const depth = directory.number(TAG.ImageDepth, 1);
  if (depth > 1) throw new Error(`one of its pages is a volume of ${depth} planes: save each plane as a page`);
  const formats = directory.numbers(TAG.SampleFormat, samples);
  const format = formats[0] ?? 1, kind = KINDS[format];
  if (formats.some((value) => value !== format)) {
    throw new Error(`its channels have different sample formats (${formats.join(", ")}): save them in one format`);
  }
  if (!kind) {
    throw new Error(
      format === 5 || format === 6
        ? "it contains complex numbers: save their magnitude"
        : `its sample format is ${format}: save it as whole numbers or floating point`,
    );
  }
  const valid = kind === "float"
    ? [16, 24, 32, 64].includes(bits)
    : kind === "signed"
    ? [8, 16, 32, 64].includes(bits)
    : (bits >= 1 && bits <= 32) || bits === 64;
  if (!valid) throw new Error(`it has ${bits} bits per channel (${kind}): save it with 8 or 16 bits`);
  const photometric = directory.number(TAG.PhotometricInterpretation) ?? guessPhotometric(samples, compression);
  const steps = directory.has(TAG.YCbCrSubSampling) ? directory.numbers(TAG.YCbCrSubSampling, 2) : [2, 2];
  if (photometric === 6 && samples === 3 && !DECODES_COLOUR.has(compression) && steps.some((step) => step !== 1)) {
    throw new Error(
      "its colours are YCbCr with subsampled chroma: save it as red, green, blue",
    );
  }
  const tiled = directory.has(TAG.TileWidth);
  const rows = directory.count(TAG.RowsPerStrip) === 1 ? directory.number(TAG.RowsPerStrip, height) : height;
  const blockWidth = tiled ? directory.number(TAG.TileWidth, 0) : width;
  const blockHeight = tiled ? directory.number(TAG.TileLength, 0) : Math.min(rows || height, height);
  // A tile may extend beyond the picture's edge, but not far.
  if (!(blockWidth > 0 && blockHeight > 0 && blockWidth * blockHeight <= 4 * (width + 1024) * (height + 1024))) {
    throw new DamagedError(
      `its tiles are ${blockWidth} × ${blockHeight} pixels, but its picture is ${width} × ${height}: the file is damaged`,
    );
  }
  return {
    width,
    height,
    samples,
    bits,
    kind,
    separate: directory.number(TAG.PlanarConfiguration, 1) === 2 && samples > 1,
    compression,
    predictor: directory.number(TAG.Predictor, 1),
    fillOrder: directory.number(TAG.FillOrder, 1),
    photometric,
    blockWidth,
    blockHeight,
    tiled,
  };
}

/** Returns the meaning of a directory without the tag: a fax is black on white. */
function guessPhotometric(samples: number, compression: number): number {
  if (samples >= 3) return 2;
  return compression >= 2 && compression <= 4 ? 0 : 1;
}

/** Compressions whose decoders convert YCbCr to red, green and blue: JPEG and WebP. */
const DECODES_COLOUR = new Set([7, 33007, 34892, 34927, 50001]);
/** Aperio's JPEG 2000, which is YCbCr with any photometric interpretation. */
const APERIO_YCBCR = 33003;

/** Returns the meaning of a directory's channels, and whether the last one is transparency. */
export function readColour(directory: Directory, layout: PlaneLayout): { colour: Colour; alpha: boolean } {
  const { photometric, samples, compression } = layout;
  const colour = baseColour(directory, layout);
  const base = { grey: 1, inverted: 1, palette: 1, rgb: 3, CMYK: 4, CIELAB: 3, YCbCr: 3, channels: samples }[colour];
  const extra = samples - base;
  if (extra <= 0) return { colour: extra === 0 ? colour : "channels", alpha: false };
  const kinds = directory.numbers(TAG.ExtraSamples, extra);
  // 1: premultiplied, 2: not; for WebP, no tag describes the fourth channel.
  const alpha = extra === 1 && (kinds[0] === 1 || kinds[0] === 2 || compression === 50001 || compression === 34927);
  if (alpha) return { colour, alpha };
  // The user must choose if no tag describes a fourth channel, or if there are several grey channels.
  return { colour: photometric === 2 || colour === "rgb" ? "rgb" : "channels", alpha: false };
}

function baseColour(directory: Directory, { photometric, samples, compression, separate }: PlaneLayout): Colour {
  if (compression === APERIO_YCBCR && samples === 3) return "YCbCr";
  switch (photometric) {
    case 0:
      return "inverted";
    case 1:
      return "grey";
    case 2:
      return samples >= 3 ? "rgb" : "channels";
    case 3:
      if (!directory.has(TAG.ColorMap)) throw new Error("it has palette indices but no palette");
      return "palette";
    case 5:
      return "CMYK";
    case 6:
      if (samples === 1) return "grey";
      return DECODES_COLOUR.has(compression) && !separate ? "rgb" : "YCbCr";
    case 8:
    case 9:
    case 10:
      return samples >= 3 ? "CIELAB" : "grey";
    case 32803:
      throw new Error("it is a camera's raw mosaic (CFA): convert it to red, green, blue");
    case 4:
      return "grey";
    default:
      return samples === 1 ? "grey" : "channels";
  }
}
