import { readOme } from "./ome.ts";
import { micrometresPerUnit } from "./units.ts";

/** What a TIFF's first ImageDescription says of its pages. */
export interface Description {
  /** Planes that the writer counted, where it did. */
  planes?: number;
  /** Channels that lie in pages of their own; 1 where each page has all channels. */
  channels: number;
  /** Channel of a page, both counted from 0. */
  channelAt(page: number): number;
  /** Side of a pixel in µm. */
  pixelSize?: number;
  /** Whether ImageJ wrote the file: its inverting tables leave the samples as they are. */
  imageJ: boolean;
}

/** What {@linkcode readDescription} asks of the first directory. */
export interface DescribedPage {
  text: string;
  /** Pages of the file. */
  pages: number;
  /** Samples per pixel. */
  samples: number;
  /** Pixels per unit of length. */
  resolution?: number;
}

/** Every `channels`-th plane from a channel's first on, `stride` planes of one channel in a row. */
export function stridedChannels(channels: number, stride: number): Pick<Description, "channels" | "channelAt"> {
  return { channels, channelAt: (page) => Math.floor(page / stride) % channels };
}

/** Characters of a shape's description; longer ones describe something else. */
const LONGEST_SHAPE = 65536;

const ONE_CHANNEL = { ...stridedChannels(1, 1), imageJ: false };

/** Reads OME's, ImageJ's and tifffile's descriptions. */
export function readDescription(page: DescribedPage): Description {
  const { text } = page;
  if (/<(?:\w{1,20}:)?OME[\s>]/.test(text)) return { imageJ: false, ...readOme(page) };
  if (text.startsWith("ImageJ=")) return readImageJ(page);
  if (text.length <= LONGEST_SHAPE && (text.trimStart().startsWith("{") || text.startsWith("shape=("))) {
    return { ...ONE_CHANNEL, ...readShape(page) };
  }
  return ONE_CHANNEL;
}

function readImageJ({ text, samples, resolution }: DescribedPage): Description {
  const line = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(text)?.[1].trim();
  const size = micrometresPerUnit(line("unit") ?? "") / (resolution ?? NaN);
  const channels = samples === 1 ? Number(line("channels") ?? 1) : 1;
  return {
    planes: Number(line("images") ?? 1) || undefined,
    ...stridedChannels(Number.isInteger(channels) && channels >= 1 ? channels : 1, 1),
    ...(size > 0 && Number.isFinite(size) ? { pixelSize: size } : {}),
    imageJ: true,
  };
}

/** tifffile's: `{"shape": [5, 2, 64, 64], "axes": "ZCYX"}`, or in old files `shape=(5, 2, 64, 64)`. */
function readShape({ text, samples, pages }: DescribedPage): Partial<Description> {
  let shape: unknown, axes: unknown;
  try {
    ({ shape, axes } = text.startsWith("shape=(")
      ? { shape: JSON.parse(`[${text.slice(7, text.indexOf(")")).replace(/,\s*$/, "")}]`), axes: undefined }
      : JSON.parse(text));
  } catch {
    return {};
  }
  if (!(Array.isArray(shape) && shape.every((side) => Number.isInteger(side) && side > 0))) return {};
  const letters = typeof axes === "string" && axes.length === shape.length ? axes.toUpperCase() : undefined;
  // Samples of a pixel end the shape where they lie next to each other, and precede rows and columns elsewhere.
  const inner = samples > 1 && shape.at(-1) === samples && letters?.at(-1) !== "X" ? 3 : 2;
  let leading = shape.slice(0, -inner) as number[];
  let names = letters?.slice(0, -inner) ?? "";
  const product = (sides: number[]) => sides.reduce((a, b) => a * b, 1);
  if (inner === 2 && samples > 1 && leading.at(-1) === samples && product(leading) !== pages) {
    leading = leading.slice(0, -1);
    names = names.slice(0, -1);
  }
  const planes = product(leading), at = names.lastIndexOf("C");
  return { planes, ...(at >= 0 ? stridedChannels(leading[at], product(leading.slice(at + 1))) : {}) };
}
