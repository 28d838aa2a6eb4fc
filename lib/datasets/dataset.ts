import type { Image, LabelImage } from "../images/image.ts";
import { detectModality, type Modality } from "../images/modality.ts";
import { UserError } from "../io/user_error.ts";

/**
 * How a data set lies in folders. `manifest`: a `manifest.json` names everything. `pairs`: a folder of images and a folder of masks, paired by name.
 * `parts`: such pairs in `train/`, `val/` and `test/`. `science-bowl`: a folder per image with `images/` and one mask
 * per object in `masks/`. `run-length`: a table of run-length masks with a folder of images. `one-folder`: masks that
 * lie with their images in one folder and are named after them.
 */
export type LayoutName = "manifest" | "pairs" | "parts" | "science-bowl" | "run-length" | "one-folder";

/** One labelled image. */
export interface Sample {
  /** The file's base name, or the generator's number. */
  id: string;
  /** Images of one group never stand on both sides of a split: tiles of one field, one patient. */
  group: string;
  image: Image;
  labels: LabelImage;
  /** Where the data set itself keeps some images for testing. */
  split?: "train" | "test";
  /** As the data set says; else {@linkcode sampleModality} looks at the image. */
  modality?: Modality;
  /** Side of a pixel in µm, where the file or the data set says. */
  pixelSize?: number;
}

/** Labelled images, sorted by id. */
export interface Dataset {
  /** For reports: the folder's name, or what made it. */
  name: string;
  samples: Sample[];
  /** SHA-256 over ids, groups, given splits and modalities, pixels and labels, in hexadecimal. */
  fingerprint: string;
  /** How its files lay, where it was read from files. */
  layout?: LayoutName;
  /** Images that were left out because they could not be read, and why. */
  skipped?: readonly { id: string; reason: string }[];
  /** How masks were paired, what else was left out, and hints: one sentence each. */
  notes?: readonly string[];
  /** The table that the groups come from. Where it is missing, every file is a group. */
  groupsFrom?: string;
}

/**
 * Thrown for a data set that cannot be used; the message names the file and the way out.
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
 * Makes a data set of images in memory: sorts them by id, checks that ids differ, and computes the fingerprint.
 *
 * @param name for reports and for folders of runs
 * @throws {DatasetError} if there is no image, or two have one id.
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
export async function makeDataset(name: string, samples: Sample[]): Promise<Dataset> {
  if (samples.length === 0) throw new DatasetError(`${name} holds no labelled images`);
  const sorted = samples.toSorted((a, b) => a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
  const twin = sorted.find(({ id }, i) => id === sorted[i - 1]?.id);
  if (twin) throw new DatasetError(`${name} has two images named "${twin.id}": give them different ids`);
  const digests: Uint8Array[] = [];
  for (const { id, group, image, labels, split, modality } of sorted) {
    const given = split || modality ? [split ?? "", modality ?? ""] : [];
    const head = new TextEncoder().encode(
      JSON.stringify([id, group, image.width, image.height, image.channels, image.bits, ...given]),
    );
    const pixels = new Uint8Array(image.data.buffer, image.data.byteOffset, image.data.byteLength);
    const mask = new Uint8Array(labels.data.buffer, labels.data.byteOffset, labels.data.byteLength);
    const all = new Uint8Array(head.length + pixels.length + mask.length);
    all.set(head);
    all.set(pixels, head.length);
    all.set(mask, head.length + pixels.length);
    digests.push(new Uint8Array(await crypto.subtle.digest("SHA-256", all)));
  }
  const joined = new Uint8Array(32 * digests.length);
  digests.forEach((digest, i) => joined.set(digest, 32 * i));
  const fingerprint = new Uint8Array(await crypto.subtle.digest("SHA-256", joined)).toHex();
  return { name, samples: sorted, fingerprint };
}

const detected = new WeakMap<Sample, Modality>();

/** The kind of microscopy of a sample: as the data set says, or as its image looks. */
export function sampleModality(sample: Sample): Modality {
  if (sample.modality) return sample.modality;
  let modality = detected.get(sample);
  if (!modality) detected.set(sample, modality = detectModality(sample.image));
  return modality;
}
