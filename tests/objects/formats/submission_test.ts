import assert from "node:assert/strict";
import { decodeSubmission, encodeSubmission, ObjectFileError } from "lib/objects";
import { findColumnRuns } from "lib/objects/formats/submission/run_lengths.ts";
import { CASES } from "../../fixtures/object_files/cases.ts";

// The examples in the description of the format: "1 3" is the pixels 1, 2, 3; "1 3 10 5" is 1, 2, 3, 10, 11, 12, 13, 14.
// "The pixels are numbered from top to bottom, then left to right: 1 is pixel (1,1), 2 is pixel (2,1), etc."
Deno.test("the examples of the Data Science Bowl are encoded and decoded as described", () => {
  const text = "ImageId,EncodedPixels\na,1 3\nb,1 3 10 5\n", size = { width: 4, height: 4 };
  const decoded = decodeSubmission(text, () => size);
  assert.deepEqual([...decoded.get("a")!.data], [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual([...decoded.get("b")!.data], [1, 0, 0, 1, 1, 0, 1, 1, 1, 0, 1, 0, 0, 0, 1, 0]);
  assert.equal(encodeSubmission([...decoded].map(([id, labels]) => ({ id, labels }))), text);
});

Deno.test("objects are the same after encoding and decoding, numbered from 1 without gaps", () => {
  const images = ["drawn", "noise", "cells", "empty"].map((id) => ({ id, labels: CASES[id]().pages[0] }));
  const decoded = decodeSubmission(encodeSubmission(images), (id) => images.find((image) => image.id === id)!.labels);
  for (const { id, labels } of images) {
    const numbers = [...new Set(labels.data)].filter((label) => label > 0).sort((a, b) => a - b);
    assert.deepEqual(decoded.get(id)!.data, Uint32Array.from(labels.data, (label) => numbers.indexOf(label) + 1), id);
  }
});

Deno.test("an id with a comma stays one cell, and two images with one id are refused", () => {
  const labels = { width: 1, height: 1, data: Uint16Array.of(1) };
  const text = encodeSubmission([{ id: "a,b", labels }]);
  assert.equal(text, 'ImageId,EncodedPixels\n"a,b",1 1\n');
  assert.deepEqual([...decodeSubmission(text, () => labels).keys()], ["a,b"]);
  assert.throws(() => encodeSubmission([{ id: "a", labels }, { id: "a", labels }]), ObjectFileError);
});

Deno.test("a part of an image has the runs of the whole image, also where they go on in the next column", () => {
  // Object 1 is two columns of the image; object 2 begins in row 1.
  const labels = { width: 4, height: 3, data: Uint16Array.of(0, 1, 1, 0, 0, 1, 1, 2, 0, 1, 1, 2) };
  const expected = new Map([[1, [4, 6]], [2, [11, 2]]]);
  assert.deepEqual(findColumnRuns(labels), expected);
  const part = (x: number, y: number, width: number, height: number) => {
    const data = new Uint32Array(width * height).map((_, i) => {
      return labels.data[(y + Math.floor(i / width)) * labels.width + x + i % width];
    });
    return findColumnRuns({ width, height, data }, { x, y, height: labels.height });
  };
  assert.deepEqual(part(1, 0, 3, 3), expected);
  assert.deepEqual(part(3, 1, 1, 2), new Map([[2, [11, 2]]]));
  assert.deepEqual(part(1, 1, 2, 2), new Map([[1, [5, 2, 8, 2]]]));
});

Deno.test("a damaged submission is refused with its line", () => {
  const decode = (rows: string) => () =>
    decodeSubmission(`ImageId,EncodedPixels\n${rows}`, () => ({ width: 3, height: 2 }));
  const refused = (rows: string, message: RegExp) =>
    assert.throws(decode(rows), (error) => error instanceof ObjectFileError && message.test(error.message));
  refused("a,1 2\na,2 1", /Line 3 .* pixel 2, which already belongs to an object/);
  refused("a,5 3", /Line 2 .* ends at pixel 7, but the image has 3 × 2 pixels/);
  refused("a,1 2 3", /Line 2 .* 3 numbers/);
  refused("a,0 1", /"0 1"/);
  refused("a,1 1.5", /"1 1.5"/);
  assert.throws(
    () => decodeSubmission("id,rle\n", () => ({ width: 1, height: 1 })),
    /the columns id, rle, not ImageId/,
  );
});
