import { count } from "../io/count.ts";
import type { DatasetWarning } from "./dataset.ts";

/** A file whose pixels were turned or mirrored by its orientation. */
export interface OrientedFile {
  path: string;
  /** By the numbers of EXIF and TIFF; 1 is as stored. */
  orientation: number;
}

/** An image and its mask whose orientations differ. */
export interface OrientedPair {
  id: string;
  image: OrientedFile;
  mask: OrientedFile;
}

/** Says which orientation a file has. */
export function describeOrientation({ orientation }: Pick<OrientedFile, "orientation">): string {
  return orientation === 1 ? "no orientation" : `the orientation ${orientation}`;
}

/**
 * Warns of images whose orientation, by EXIF or TIFF, is not that of their masks: a program that drew the mask may or may
 * not have applied it.
 *
 * @returns one warning, which names the first image and its mask; none without such images
 */
export function orientationWarnings(pairs: readonly OrientedPair[]): DatasetWarning[] {
  if (pairs.length === 0) return [];
  const [{ image, mask }] = pairs, more = pairs.length - 1;
  const message =
    `${image.path} has ${describeOrientation(image)}, but its mask ${mask.path} has ${describeOrientation(mask)}${
      more > 0 ? ` (and ${count(more, "more image")})` : ""
    }: each file is turned as it says; check that they fit, and ` +
    "save both upright";
  return [{ message, ids: pairs.map(({ id }) => id) }];
}
