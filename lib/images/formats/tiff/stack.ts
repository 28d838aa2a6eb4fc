import type { ByteSource } from "../../../io/byte_source.ts";
import { crc32 } from "../../../io/crc32.ts";
import { DamagedError } from "../damaged_error.ts";
import type { DescribedPage, Description } from "./described_page.ts";
import { describesPages, readDescription } from "./description.ts";
import { type Directory, readDirectories } from "./directory.ts";
import { type PlaneLayout, readLayout } from "./layout.ts";
import { findLevels } from "./levels.ts";
import { TAG } from "./tags.ts";
import { rowBytes } from "./unpack.ts";

/** More planes than this count as damage. */
const MAX_PLANES = 1_000_000;

/** Bytes that may follow the last plane, so that what comes next begins at a whole word. */
const MAX_PADDING = 16;

/** One plane of pixels in a file. */
export interface Plane {
  directory: Directory;
  layout: PlaneLayout;
  /** Offset in bytes from the directory's plane to this one: a stack may have one directory for all planes. */
  shift: number;
}

/** The pictures of a file. */
export interface Stack {
  /** Each picture's planes: one, or one per channel. */
  frames: Plane[][];
  description: Description;
  /** Height and width of a pixel in pixels of the full size; absent at the full size. */
  scale?: readonly [height: number, width: number];
}

/** Cache of opened files, so that a stack's directories are read once instead of once per page. */
const opened = new WeakMap<ByteSource, { pictures: Pictures; checksum: number }>();

/** Number of bytes at a file's beginning and end whose checksum shows whether an array now contains another file. */
const CHECKED = 4096;

/** The directories of a file, and the pictures of each level that was opened. */
interface Pictures {
  directories: Directory[];
  /** Directories of the pictures in full size. */
  pages: Directory[];
  description: Description;
  levels: Map<number, Stack>;
}

/**
 * Reads all pictures of a file, except thumbnails and masks.
 *
 * @param level of a pyramid; 0 is the full size
 * @throws {Error} if the file has no such level; the message lists its levels.
 */
export function openStack(bytes: ByteSource, level = 0): Stack {
  const { length } = bytes;
  const checksum = crc32(bytes.subarray(0, Math.min(CHECKED, length))) +
    crc32(bytes.subarray(Math.max(0, length - CHECKED), length));
  let known = opened.get(bytes);
  if (known?.checksum !== checksum) opened.set(bytes, known = { pictures: readPictures(bytes), checksum });
  const { pictures } = known;
  let stack = pictures.levels.get(level);
  if (!stack) pictures.levels.set(level, stack = readStack(pictures, level));
  return stack;
}

function readPictures(bytes: ByteSource): Pictures {
  const directories = readDirectories(bytes);
  if (directories[0].has(TAG.DNGVersion)) throw new Error("it is a camera's raw file (DNG): save it as TIFF or PNG");
  const description = readDescription(describedPage(directories[0], directories.length));
  const pages = listPictures(directories);
  for (const page of pages.slice(1)) refuseLaterChannels(page);
  return { directories, pages, description, levels: new Map() };
}

function describedPage(directory: Directory, pages: number): DescribedPage {
  const { width, height, samples, separate } = readLayout(directory), texts = directory.texts(TAG.ImageDescription);
  return {
    // tifffile puts its own description behind one that the user gave.
    text: texts.find(describesPages) ?? texts[0] ?? "",
    pages,
    width,
    height,
    samples,
    separate,
    software: directory.text(TAG.Software),
    resolution: directory.number(TAG.XResolution),
    verticalResolution: directory.number(TAG.YResolution),
  };
}

function readStack({ directories, pages, description }: Pictures, level: number): Stack {
  const { pages: chosen, scale } = level === 0 ? { pages, scale: undefined } : findLevels(directories, pages, level);
  const planes = chosen.length === 1
    ? followingPlanes(chosen[0], readLayout(chosen[0]), description)
    : chosen.map((directory) => ({ directory, layout: readLayout(directory), shift: 0 }));
  checkSizes(planes);
  const frames = groupChannels(planes, description);
  return scale ? { frames, description: scaled(description, scale), scale } : { frames, description };
}

/** Returns the description of a level whose pixels are larger. */
function scaled(description: Description, [down, across]: readonly [number, number]): Description {
  const { pixelSize, pixelSides } = description;
  return {
    ...description,
    ...(pixelSize !== undefined && { pixelSize: pixelSize * across }),
    ...(pixelSides && { pixelSides: [pixelSides[0] * down, pixelSides[1] * across] }),
  };
}

/** Refuses a page that begins another series with several channels: only the first series' channels are read. */
function refuseLaterChannels(page: Directory): void {
  if (!page.texts(TAG.ImageDescription).some((text) => /^\s{0,9}\{\s{0,9}"shape"/.test(text))) return;
  const { channels } = readDescription(describedPage(page, 1));
  if (channels > 1) {
    throw new Error(`it contains several series, one of them with ${channels} channels: save each as a file`);
  }
}

/** Selects the directories of pictures in full size. */
function listPictures(directories: readonly Directory[]): Directory[] {
  // A scanned slide's other pages show its label and smaller copies of it.
  if (directories[0].text(TAG.ImageDescription).startsWith("Aperio")) return [directories[0]];
  return directories.filter((directory, index) => {
    // Bits of NewSubfileType: a reduced copy, a page, a transparency mask. In the older tag, 2 is a reduced copy.
    const kind = directory.number(TAG.NewSubfileType, 0), old = directory.number(TAG.SubfileType, 1);
    return index === 0 || ((kind & 5) === 0 && old !== 2);
  });
}

/**
 * Lists the planes of a single directory whose writer counted more than one (ImageJ, tifffile, MetaMorph).
 *
 * @throws {DamagedError} if the file ends within a plane after the first.
 */
function followingPlanes(directory: Directory, layout: PlaneLayout, description: Description): Plane[] {
  const counted = Math.max(description.planes ?? 1, directory.count(TAG.UIC2));
  const { width, height, samples, bits, separate, compression } = layout;
  const size = separate ? height * samples * rowBytes(width, bits) : height * rowBytes(width * samples, bits);
  const offsets = directory.numbers(TAG.StripOffsets);
  const rowsSize = layout.blockHeight * rowBytes(width * (separate ? 1 : samples), bits);
  const inOneRun = compression === 1 && !layout.tiled && offsets.length > 0 &&
    offsets.every((offset, i) => i === 0 || offset === offsets[i - 1] + rowsSize);
  const stored = directory.file.bytes.length - offsets[0];
  // Programs that save one page of a stack may keep its description; they write other parts of the file behind the page.
  const isCut = stored < counted * size && stored > size + MAX_PADDING && directory.end <= offsets[0];
  if (inOneRun && isCut && counted <= MAX_PLANES) {
    const whole = Math.floor(stored / size),
      where = stored % size ? `within plane ${whole + 1}` : `after plane ${whole}`;
    throw new DamagedError(`its description states ${counted} planes, but it ends ${where}: the file is cut off`);
  }
  const fits = inOneRun && counted * size <= stored;
  const count = counted > 1 && counted <= MAX_PLANES && fits ? counted : 1;
  return Array.from({ length: count }, (_, i) => ({ directory, layout, shift: i * size }));
}

function checkSizes(planes: readonly Plane[]): void {
  const { width, height } = planes[0].layout;
  const other = planes.findIndex(({ layout }) => layout.width !== width || layout.height !== height);
  if (other < 0) return;
  const { layout } = planes[other];
  throw new Error(
    `its page ${
      other + 1
    } is ${layout.width} × ${layout.height}, but its first is ${width} × ${height}: save each page as a file`,
  );
}

/** Groups the planes of each picture's channels. */
function groupChannels(
  planes: readonly Plane[],
  { channels, channelAt, planes: counted, pictures }: Description,
): Plane[][] {
  if (pictures && pictures.length * channels === planes.length) {
    return pictures.map((pages) => pages.map((page) => planes[page]));
  }
  if (channels <= 1 || planes.length === 1) return planes.map((plane) => [plane]);
  const stated = pictures ? pictures.length * channels : counted;
  if (channels > planes.length || (stated !== undefined && stated !== planes.length)) {
    throw new Error(
      `its description states ${
        stated ?? channels
      } planes in ${channels} channels, but it has ${planes.length} pages: save each series, or each channel, as a file`,
    );
  }
  const byChannel: Plane[][] = Array.from({ length: channels }, () => []);
  planes.forEach((plane, page) => byChannel[channelAt(page)]?.push(plane));
  const frames = byChannel[0].length;
  if (byChannel.some((list) => list.length !== frames)) {
    throw new Error(
      `its description states ${channels} channels in pages, but it has ${planes.length} pages: save each channel as a file`,
    );
  }
  return byChannel[0].map((_, i) => byChannel.map((list) => list[i]));
}
