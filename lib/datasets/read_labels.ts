import {
  decodeColours,
  decodeLabels,
  type DecodeLimits,
  type ImageHeader,
  readImageHeader,
} from "../images/decode_image.ts";
import { ImageError, type LabelImage } from "../images/image.ts";
import { classLabels } from "./classes/class_labels.ts";
import type { ClassTable } from "./classes/class_table.ts";
import { fillRuns } from "./layouts/fill_runs.ts";
import { checkMaskHeader, maskPage } from "./check_mask_header.ts";
import type { MaskSource } from "./layouts/layout.ts";
import type { OrientedFile } from "./orientation_warning.ts";

/** The image whose labels are read. */
export interface LabelledPage extends Pick<ImageHeader, "width" | "height" | "pages" | "orientation" | "axes"> {
  path: string;
  /** The page, counted from 0. */
  page: number;
  /** Whether other pages of the file are read too, so that the mask must have the same number of pages. */
  isStack: boolean;
  /** Called for each file of the mask with its orientation. */
  onMask?: (mask: OrientedFile) => void;
}

type Open = (path: string) => Promise<Uint8Array>;

async function readMask(
  path: string,
  image: LabelledPage,
  open: Open,
  limits: DecodeLimits,
  classes?: ClassTable,
): Promise<LabelImage> {
  const { width, height, page } = image;
  const bytes = await open(path);
  const header = await readImageHeader(bytes, path, limits);
  checkMaskHeader({ ...header, path }, image);
  image.onMask?.({ path, orientation: header.orientation });
  const options = { ...limits, page: maskPage(header, image, page) };
  if (!classes?.colours) {
    const labels = await decodeLabels(bytes, path, { ...options, keepValues: classes !== undefined });
    return classes ? classLabels(labels.data, image, classes, path) : labels;
  }
  const { data } = await decodeColours(bytes, path, options);
  const values = Uint32Array.from(
    { length: width * height },
    (_, i) => data[3 * i] << 16 | data[3 * i + 1] << 8 | data[3 * i + 2],
  );
  return classLabels(values, image, classes, path);
}

/** Checks that a mask contains only one object. */
function checkOneObject({ data }: LabelImage, path: string): void {
  const numbers = new Set(data);
  numbers.delete(0);
  if (numbers.size <= 1) return;
  const shown = [...numbers].slice(0, 3).join(", ");
  throw new ImageError(
    `${path} contains ${numbers.size} numbers other than 0 (${shown}${
      numbers.size > 3 ? ", …" : ""
    }), but should be the mask ` +
      "of one object: put label masks into masks/ and images into images/, with equal names, or give the file as a single " +
      '"mask" in a manifest.json',
  );
}

/**
 * Reads the labels of one page of an image.
 *
 * @param classes meaning of the values, if they are classes
 * @returns labels of the image's size
 * @throws {ImageError} if a mask cannot be read, has another size or number of pages than the image, or contains
 * several objects instead of one; or if run lengths do not fit the image.
 */
export async function readLabels(
  mask: MaskSource,
  image: LabelledPage,
  open: Open,
  limits: DecodeLimits,
  classes?: ClassTable,
): Promise<LabelImage> {
  if (mask.kind === "labels") return await readMask(mask.path, image, open, limits, classes);
  if (classes) {
    throw new ImageError(
      `${classes.path} names classes, but the masks of ${image.path} are single objects: give one mask of class values ` +
        "for each image, or remove the classes",
    );
  }
  const { width, height } = image;
  const objects = mask.kind === "runs" ? mask.runs.length : mask.kind === "objects" ? mask.paths.length : 0;
  const data = objects > 65_535 ? new Uint32Array(width * height) : new Uint16Array(width * height);
  if (mask.kind === "runs") {
    if ((mask.width ?? width) !== width || (mask.height ?? height) !== height) {
      throw new ImageError(
        `${image.path} is ${width} × ${height}, but ${mask.path} states ${mask.width} × ${mask.height}: use the image ` +
          "for which the runs were made",
      );
    }
    mask.runs.forEach((runs, i) =>
      fillRuns(data, [height, width], runs, i + 1, `${mask.path}, object ${i + 1} of ${image.path}`, mask.order)
    );
  } else if (mask.kind === "objects") {
    for (const [i, path] of mask.paths.entries()) {
      const object = await readMask(path, image, open, limits);
      if (mask.guessed) checkOneObject(object, path);
      for (let p = 0; p < data.length; p++) if (object.data[p] > 0 && data[p] === 0) data[p] = i + 1;
    }
  }
  return { width, height, data };
}
