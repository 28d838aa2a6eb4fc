import { type Image, type LabelImage, VOID_CLASS } from "../images/image.ts";
import { detectModality, type Modality } from "../images/modality.ts";
import { UserError } from "../io/user_error.ts";

/**
 * The layout of a data set's files. `manifest`: a `manifest.json` names all files. `pairs`: a folder of images and a
 * folder of masks, paired by name. `parts`: such pairs in `train/`, `val/` and `test/`. `science-bowl`: a folder per
 * image with `images/` and one mask per object in `masks/`. `run-length`: a table of run-length masks with a folder of
 * images. `one-folder`: images and masks in one folder, with masks named after their images.
 */
export type LayoutName = "manifest" | "pairs" | "parts" | "science-bowl" | "run-length" | "one-folder";

/** One labelled image. */
export interface Sample {
  /** The file's base name, or the generator's number. */
  id: string;
  /** Images of one group (tiles of one field, one patient) are never on both sides of a split. */
  group: string;
  image: Image;
  labels: LabelImage;
  /** The split that the data set defines, if any. */
  split?: "train" | "test";
  /** The modality that the data set states; otherwise {@linkcode sampleModality} detects it. */
  modality?: Modality;
  /** Side of a pixel in µm, if the file or the data set states it. */
  pixelSize?: number;
}

/** A problem of the files that does not keep them from being read. */
export interface DatasetWarning {
  /** One sentence that names the files and the solution. */
  message: string;
  /** Ids of the images concerned. */
  ids: readonly string[];
}

/** Labelled images, sorted by id. */
export interface Dataset {
  /** Name for reports: the folder's or the generator's. */
  name: string;
  samples: Sample[];
  /** SHA-256 over ids, groups, stated splits and modalities, pixels, labels and classes, in hexadecimal. */
  fingerprint: string;
  /** Names of the classes that the samples' `labels.classes` index, the background first; absent if there are none. */
  classes?: readonly string[];
  /** The layout of its files, if it was read from files. */
  layout?: LayoutName;
  /** Images that were left out because they could not be read, with the reasons. */
  skipped?: readonly { id: string; reason: string }[];
  /** Notes on the pairing of masks, on files that were left out, and hints: one sentence each. */
  notes?: readonly string[];
  /** Problems of the files, which {@linkcode checkMasks} lists among its findings. */
  warnings?: readonly DatasetWarning[];
  /** The source of the groups. If it is missing, every file is a group. */
  groupsFrom?: string;
}

/**
 * Thrown for an unusable data set; the message names the file and the solution.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { DatasetError, makeDataset } from "lib";
 *
 * await assert.rejects(makeDataset("nothing", []), DatasetError);
 * ```
 */
export class DatasetError extends UserError {
  override readonly name = "DatasetError";
}

/**
 * Makes a data set from images in memory: sorts them by id, checks that the ids differ, and computes the fingerprint.
 *
 * @param name the data set's name, for reports and folders of runs
 * @param classes names of the classes that `labels.classes` index, the background first
 * @throws {DatasetError} if there is no image, two images have the same id, or an image lacks the classes or
 * has others.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { makeDataset } from "lib";
 *
 * const size = { width: 2, height: 1 };
 * const dataset = await makeDataset("two pixels", [{
 *   id: "a",
 *   group: "patient 1",
 *   image: { ...size, channels: 1, bits: 8, data: Uint8Array.of(10, 200) },
 *   labels: { ...size, data: Uint16Array.of(0, 1) },
 * }]);
 * assert.equal(dataset.samples[0].group, "patient 1");
 * ```
 */
export async function makeDataset(
  name: string,
  samples: Sample[],
  classes?: readonly string[],
): Promise<Dataset> {
  if (samples.length === 0) throw new DatasetError(`${name} contains no labelled images`);
  const sorted = samples.toSorted((a, b) => a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
  const twin = sorted.find(({ id }, i) => id === sorted[i - 1]?.id);
  if (twin) throw new DatasetError(`${name} has two images named "${twin.id}": give them different ids`);
  const without = classes && sorted.find(({ labels }) => !labels.classes);
  if (without) throw new DatasetError(`${without.id} has no classes: give labels.classes for each image`);
  for (const sample of sorted) checkClasses(sample, classes);
  const digests: Uint8Array[] = [];
  for (const { id, group, image, labels, split, modality } of sorted) {
    const given: unknown[] = split || modality ? [split ?? "", modality ?? ""] : [];
    if (classes) given.push(classes);
    const head = new TextEncoder().encode(
      JSON.stringify([id, group, image.width, image.height, image.channels, image.bits, ...given]),
    );
    const pixels = new Uint8Array(image.data.buffer, image.data.byteOffset, image.data.byteLength);
    const mask = new Uint8Array(labels.data.buffer, labels.data.byteOffset, labels.data.byteLength);
    const classMap = (classes && labels.classes) ?? new Uint8Array();
    const all = new Uint8Array(head.length + pixels.length + mask.length + classMap.length);
    all.set(head);
    all.set(pixels, head.length);
    all.set(mask, head.length + pixels.length);
    all.set(classMap, head.length + pixels.length + mask.length);
    digests.push(new Uint8Array(await crypto.subtle.digest("SHA-256", all)));
  }
  const joined = new Uint8Array(32 * digests.length);
  digests.forEach((digest, i) => joined.set(digest, 32 * i));
  const fingerprint = new Uint8Array(await crypto.subtle.digest("SHA-256", joined)).toHex();
  return { name, samples: sorted, fingerprint, ...(classes && { classes }) };
}

/** Checks that the classes of an image are as many as its pixels, and have names. */
function checkClasses({ id, labels }: Sample, names: readonly string[] | undefined): void {
  const { width, height, classes } = labels;
  if (!classes) return;
  if (classes.length !== width * height) {
    throw new DatasetError(`The classes of ${id} have ${classes.length} values: give ${width} × ${height}`);
  }
  const unnamed = names && classes.find((found) => found >= names.length && found !== VOID_CLASS);
  if (unnamed === undefined) return;
  throw new DatasetError(
    `${id} has the class ${unnamed}, but there are ${names!.length} names: give 0 to ${names!.length - 1}, or ` +
      `${VOID_CLASS} for void`,
  );
}

const detected = new WeakMap<Sample, Modality>();

/** Returns a sample's modality: the one that the data set states, otherwise the one detected from its image. */
export function sampleModality(sample: Sample): Modality {
  if (sample.modality) return sample.modality;
  let modality = detected.get(sample);
  if (!modality) detected.set(sample, modality = detectModality(sample.image));
  return modality;
}
