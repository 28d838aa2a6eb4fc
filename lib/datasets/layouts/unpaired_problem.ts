import { basename, dirname, extname, join } from "node:path";
import { count } from "../../io/count.ts";
import { closestName } from "./closest_name.ts";
import type { ImageFile } from "./image_files.ts";
import { imageExtension, plainName } from "./image_name.ts";
import { brokenLinkProblem } from "../../images/read_bytes.ts";
import { unreadReason } from "./unread_files.ts";

/** One side of a pairing: images, or masks. */
export interface PairSide {
  folder: string;
  images: readonly ImageFile[];
  /** Files that are not read, relative to the folder. */
  others: readonly string[];
  /** Suffix of the names of files on this side. Default: none. */
  suffix?: string;
}

/** Maximum number of unpaired files that are compared with all others. */
const MAX_COMPARED = 50;

/** Describes the probable partner of a file and the solution, as the end of a sentence. */
function advice(file: ImageFile, side: PairSide, free: readonly ImageFile[], i: number): string {
  const expected = `expected ${join(side.folder, file.name)}${side.suffix ?? ""}.png`;
  if (i >= MAX_COMPARED) return expected;
  const unread = side.others.find((other) => plainName(other.slice(0, -extname(other).length)) === file.name);
  if (unread) return `found ${join(side.folder, unread)}, ${unreadReason(unread)}`;
  const close = closestName(file.name, free);
  if (close) return `found ${close.path}: rename it to ${basename(file.name)}${imageExtension(close.path)}`;
  return expected;
}

/** Lists the files with the channels of an image, by nnU-Net's numbers. */
function channelFiles(image: ImageFile, images: readonly ImageFile[]): ImageFile[] {
  const channel = /^(.*)_0\d{3}$/.exec(image.name)?.[1];
  if (channel === undefined) return [];
  return images.filter(({ name }) => name.startsWith(channel) && /^_0\d{3}$/.test(name.slice(channel.length)));
}

/**
 * Explains why an image has no mask, and the solution.
 *
 * @param i the image's index among the unpaired images
 * @param candidates the image's candidate masks, if they are ambiguous
 * @param free unpaired masks
 */
export function unmaskedProblem(
  image: ImageFile,
  i: number,
  { candidates, free, images, masks }: {
    candidates: readonly ImageFile[];
    free: readonly ImageFile[];
    images: PairSide;
    masks: PairSide;
  },
): string {
  const { path, name } = image;
  if (image.brokenLink !== undefined) return brokenLinkProblem(path, image.brokenLink);
  const channels = candidates.length ? channelFiles(image, images.images) : [];
  if (channels.length > 1) {
    return `${path} is one of ${channels.length} channels of an image in separate files: ` +
      "keep the one to segment, or merge up to three to red, green, blue";
  }
  if (candidates.length > 1) {
    return `${path} has no mask: ${candidates.map((mask) => mask.path).join(" and ")} are candidates: ` +
      `remove one, or name the right one ${basename(name)}${imageExtension(candidates[0].path)}`;
  }
  if (candidates.length === 1) {
    return `${path} has no mask: ${
      candidates[0].path
    } could also belong to another image: name each mask exactly like its image`;
  }
  const inFolder = i < MAX_COMPARED ? masks.images.filter((mask) => dirname(mask.name) === name) : [];
  if (inFolder.length > 0) {
    return `${path} has no mask: found the folder ${join(masks.folder, name)} with ${
      count(inFolder.length, "file")
    }: if each is one object, list them in a manifest.json`;
  }
  return `${path} has no mask: ${advice(image, masks, free, i)}`;
}

/** Explains why a mask has no image, and the solution. */
export function unmatchedMaskProblem(mask: ImageFile, i: number, images: PairSide, free: readonly ImageFile[]): string {
  if (mask.brokenLink !== undefined) return brokenLinkProblem(mask.path, mask.brokenLink);
  return `${mask.path} has no image: ${advice(mask, images, free, i)}`;
}
