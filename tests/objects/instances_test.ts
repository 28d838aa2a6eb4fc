import assert from "node:assert/strict";
import { compareObjects, connectedComponents } from "lib/evaluate";
import { instancesFromBorder, instancesFromForeground } from "lib/objects";
import { distanceMaxima } from "lib/objects/distance_maxima.ts";
import { squaredDistanceTransform } from "lib/objects/distance_transform.ts";
import { numberObjects } from "lib/objects/number_objects.ts";
import { sortDescending } from "lib/objects/sort_descending.ts";
import { labelObjects } from "lib/task";
import { drawBlobs } from "./blobs.ts";

const matches = (truth: ArrayLike<number>, found: ArrayLike<number>) =>
  compareObjects(truth, found, [0.5]).counts[0].truePositive;

Deno.test("touching discs are separated by the foreground's shape, and better by their borders", () => {
  const { truth, foreground, border, ...size } = drawBlobs(200, 160, 80);
  const components = labelObjects(foreground, size, 0.5), divided = instancesFromForeground(foreground, size);
  const bordered = instancesFromBorder(border, size);
  const [joined, separated, exact] = [components, divided, bordered].map(({ labels }) => matches(truth, labels.data));
  assert.ok(joined < separated && separated < exact, `${joined}, ${separated}, ${exact}`);
  // No pixel of the foreground is lost or added.
  for (const { labels } of [divided, bordered]) {
    assert.deepEqual(Float32Array.from(labels.data, (label) => Number(label > 0)), foreground);
  }
});

Deno.test("objects are numbered in reading order, and the same each time", () => {
  const { foreground, border, ...size } = drawBlobs(90, 110, 40, 5);
  for (const find of [() => instancesFromForeground(foreground, size), () => instancesFromBorder(border, size)]) {
    const { labels, count } = find();
    const seen = [...new Set(labels.data)].filter((label) => label > 0);
    assert.deepEqual(seen, Array.from({ length: count }, (_, i) => i + 1));
    assert.deepEqual(find(), { labels, count });
  }
});

Deno.test("images without foreground have no object, those without background one", () => {
  for (const size of [{ width: 7, height: 5 }, { width: 1, height: 9 }, { width: 9, height: 1 }]) {
    const pixels = size.width * size.height, none = new Float32Array(pixels), all = none.map(() => 1);
    assert.equal(instancesFromForeground(none, size).count, 0);
    assert.deepEqual([...instancesFromForeground(all, size).labels.data], [...all]);
    const background = new Float32Array(3 * pixels);
    for (let i = 0; i < pixels; i++) background[3 * i] = 1;
    assert.equal(instancesFromBorder(background, size).count, 0);
    // All border: no interior, so that the whole is one object.
    const borders = background.map((_, i) => Number(i % 3 === 2));
    assert.deepEqual([...instancesFromBorder(borders, size).labels.data], [...all]);
  }
  assert.equal(instancesFromForeground([], { width: 0, height: 0 }).count, 0);
});

Deno.test("small objects and small interiors are dropped at their limits", () => {
  const size = { width: 9, height: 1 }, row = [1, 0, 1, 1, 0, 1, 1, 1, 0];
  const counts = [0, 1, 2, 3, 4].map((minArea) => instancesFromForeground(row, size, { minArea }).count);
  assert.deepEqual(counts, [3, 3, 2, 1, 0]);
  const [border, interior] = [[0, 0, 1], [0, 1, 0]];
  const pixels = [border, interior, border, border, interior, interior, border].flat();
  const found = (
    minInterior: number,
  ) => [...instancesFromBorder(pixels, { width: 7, height: 1 }, { minInterior }).labels.data];
  assert.deepEqual(found(1), [1, 1, 1, 2, 2, 2, 2]);
  assert.deepEqual(found(2), [1, 1, 1, 1, 1, 1, 1]);
});

Deno.test("an interior is divided where it narrows, unless the prominence is 1", () => {
  // Two discs of radius 6 that overlap by a pixel, with a border all around, but none between them.
  const size = { width: 28, height: 17 };
  const pixels = Array.from({ length: 28 * 17 }, (_, i) => {
    const x = i % 28, y = Math.floor(i / 28), distance = Math.min(Math.hypot(x - 8, y - 8), Math.hypot(x - 19, y - 8));
    return distance <= 6 ? [0, 1, 0] : distance <= 7.5 ? [0, 0, 1] : [1, 0, 0];
  }).flat();
  const { labels, count } = instancesFromBorder(pixels, size);
  assert.equal(count, 2);
  assert.notEqual(labels.data[8 * 28 + 8], labels.data[8 * 28 + 19]);
  assert.equal(instancesFromBorder(pixels, size, { prominence: 1 }).count, 1);
});

Deno.test("a border of one pixel divides interiors also where it runs diagonally", () => {
  const size = { width: 4, height: 4 };
  const pixels = Array.from({ length: 16 }, (_, i) => i % 4 + Math.floor(i / 4) === 3 ? [0, 0, 1] : [0, 1, 0]).flat();
  assert.equal(instancesFromBorder(pixels, size).count, 2);
});

Deno.test("a maximum rises by the depth of the saddle to the next higher one", () => {
  // Two squares of 7 × 7 and 5 × 5 pixels, joined by a bridge of 3 rows.
  const width = 18, height = 9, mask = new Uint8Array(width * height);
  const fill = (x0: number, x1: number, y0: number, y1: number) => {
    for (let y = y0; y <= y1; y++) mask.fill(1, y * width + x0, y * width + x1 + 1);
  };
  fill(1, 7, 1, 7);
  fill(8, 10, 3, 5);
  fill(11, 15, 2, 6);
  const { pixels, heights, prominences } = distanceMaxima(squaredDistanceTransform(mask, { width, height }), {
    width,
    height,
  });
  const found = Array.from(
    pixels,
    (pixel, k) => [pixel % width, Math.floor(pixel / width), heights[k], prominences[k]],
  );
  assert.deepEqual(found, [[13, 4, 3, 1], [4, 4, 4, Infinity]]);
});

Deno.test("values are sorted from the highest, equal ones in reading order", () => {
  const values = Float64Array.from({ length: 500 }, (_, i) => (i * 7919) % 5 === 0 ? 0 : ((i * 104729) % 97) ** 4);
  const expected = Array.from(values.keys()).filter((i) => values[i] > 0).sort((a, b) =>
    values[b] - values[a] || a - b
  );
  assert.deepEqual([...sortDescending(values)], expected);
});

Deno.test("more than 65,535 objects have 32 bits, in components and in the watershed", () => {
  const width = 602, height = 460, dots = new Float32Array(width * height);
  for (let i = 0; i < dots.length; i++) dots[i] = Number(i % width % 2 === 0 && Math.floor(i / width) % 2 === 0);
  const count = 301 * 230;
  assert.ok(count > 65_535);
  for (const found of [labelObjects(dots, { width, height }, 0.5), instancesFromForeground(dots, { width, height })]) {
    assert.equal(found.count, count);
    assert.ok(found.labels.data instanceof Uint32Array);
    assert.equal(found.labels.data[(height - 2) * width + width - 2], count);
  }
  assert.ok(numberObjects(Uint32Array.of(0, 4e6, 9), { width: 3, height: 1 }).labels.data instanceof Uint16Array);
});

Deno.test("components can connect at sides alone", () => {
  const mask = [1, 0, 0, 1];
  assert.equal(connectedComponents(mask, 2, 2).areas.length, 1);
  assert.equal(connectedComponents(mask, 2, 2, 1).areas.length, 2);
});

Deno.test("invalid options and sizes are refused with the way out", () => {
  const size = { width: 2, height: 1 }, map = [0, 1];
  assert.throws(() => instancesFromForeground(map, size, { threshold: 2 }), /threshold is 2: give 0 to 1/);
  assert.throws(() => instancesFromForeground(map, size, { prominence: -1 }), /prominence is -1: give 0 to 1/);
  assert.throws(() => instancesFromForeground(map, size, { minArea: NaN }), /minArea is NaN: give 0 or more pixels/);
  assert.throws(() => instancesFromForeground([1], size), /probability map has 1 values: give 2 × 1/);
  assert.throws(() => instancesFromBorder(map, size), /probability map has 2 values: give 2 × 1 × 3/);
  assert.throws(() => instancesFromBorder([0, 0, 0, 1, 1, 1], size, { interior: 7 }), /interior is 7: give 0 to 1/);
});
