// @ts-types="npm:@types/d3-dsv@3.0.7"
import { dsvFormat } from "d3-dsv";
import type { LabelImage } from "../../../images/image.ts";
import { ObjectFileError } from "../object_file_error.ts";
import { findColumnRuns } from "./run_lengths.ts";

/** An image's objects in a submission. */
export interface SubmittedImage {
  /** The image's id, without an extension. */
  id: string;
  labels: LabelImage;
}

/**
 * Writes objects as a submission to the 2018 Data Science Bowl: a table with the columns `ImageId` and `EncodedPixels`, one
 * row for each object. `EncodedPixels` lists the runs of the object's pixels, each as start and length. Pixels are numbered
 * from 1, down each column, from the first column to the last. An image without objects has one row without pixels.
 *
 * @throws {ObjectFileError} if two images have the same id.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { encodeSubmission } from "lib/objects";
 *
 * const labels = { width: 2, height: 2, data: Uint16Array.of(1, 0, 1, 2) };
 * assert.equal(encodeSubmission([{ id: "a", labels }]), "ImageId,EncodedPixels\na,1 2\na,4 1\n");
 * ```
 */
export function encodeSubmission(images: Iterable<SubmittedImage>): string {
  const csv = dsvFormat(",");
  const lines = ["ImageId,EncodedPixels"], ids = new Set<string>();
  for (const { id, labels } of images) {
    if (ids.has(id)) throw new ObjectFileError(`Two images have the id "${id}": give each image its own name`);
    ids.add(id);
    const runs = [...findColumnRuns(labels).values()];
    for (const object of runs.length > 0 ? runs : [[]]) lines.push(csv.formatRow([id, object.join(" ")]));
  }
  return `${lines.join("\n")}\n`;
}
