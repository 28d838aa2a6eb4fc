// @ts-types="npm:@types/d3-dsv@3.0.7"
import { dsvFormat } from "d3-dsv";
import type { LabelImage } from "../../../images/image.ts";
import type { ImageSize } from "../../labeled_objects.ts";
import { ObjectFileError } from "../object_file_error.ts";

/**
 * Reads a submission to the 2018 Data Science Bowl, as {@linkcode encodeSubmission} writes it, or the labels of its
 * training images, which have the same columns.
 *
 * @param sizeAt returns the size of the image with this id; a submission does not contain it
 * @returns the label image of each id; objects are numbered from 1 in the order of their rows
 * @throws {ObjectFileError} if a column is missing, a run is no pair of whole numbers or lies outside the image, or a pixel
 * belongs to two objects.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { decodeSubmission } from "lib/objects";
 *
 * const labels = decodeSubmission("ImageId,EncodedPixels\na,1 2\na,4 1\n", () => ({ width: 2, height: 2 }));
 * assert.deepEqual([...labels.get("a")!.data], [1, 0, 1, 2]);
 * ```
 */
export function decodeSubmission(text: string, sizeAt: (id: string) => ImageSize): Map<string, LabelImage> {
  const rows = dsvFormat(",").parse(text.replace(/^\ufeff/, ""));
  for (const column of ["ImageId", "EncodedPixels"]) {
    if (!rows.columns.includes(column)) {
      throw new ObjectFileError(
        `The submission has the columns ${
          rows.columns.join(", ")
        }, not ${column}: its first line must be "ImageId,EncodedPixels"`,
      );
    }
  }
  const images = new Map<string, LabelImage>(), objects = new Map<string, number>();
  rows.forEach(({ ImageId: id, EncodedPixels: runs }, index) => {
    let labels = images.get(id);
    if (!labels) {
      const { width, height } = sizeAt(id);
      images.set(id, labels = { width, height, data: new Uint32Array(width * height) });
    }
    // A row without pixels says that the image has no objects.
    if (!runs?.trim()) return;
    const number = (objects.get(id) ?? 0) + 1;
    objects.set(id, number);
    fill(labels, runs, { number, line: index + 2 });
  });
  return images;
}

function fill({ width, height, data }: LabelImage, runs: string, row: { number: number; line: number }): void {
  const refuse = (problem: string) => {
    throw new ObjectFileError(`Line ${row.line} of the submission ${problem}`);
  };
  const words = runs.trim().split(/\s+/);
  if (words.length % 2 !== 0) {
    refuse(`has ${words.length} numbers: each run needs two, the number of its first pixel and its length`);
  }
  for (let i = 0; i < words.length; i += 2) {
    const start = Number(words[i]), length = Number(words[i + 1]);
    if (!(/^\d+$/.test(words[i]) && /^\d+$/.test(words[i + 1]) && start >= 1 && length >= 1)) {
      refuse(`has the run "${words[i]} ${words[i + 1]}": give two whole numbers from 1 on`);
    }
    if (start + length - 1 > width * height) {
      refuse(
        `has a run that ends at pixel ${
          start + length - 1
        }, but the image has ${width} × ${height} pixels: check its size`,
      );
    }
    for (let number = start - 1; number < start - 1 + length; number++) {
      const at = (number % height) * width + Math.floor(number / height);
      if (data[at] !== 0) refuse(`has pixel ${number + 1}, which already belongs to an object: a pixel has one object`);
      data[at] = row.number;
    }
  }
}
