import assert from "node:assert/strict";
import { Random } from "lib/math/random.ts";
import { type Outline, type Ring, traceOutlines } from "lib/objects";
import { CASES } from "../fixtures/object_files/cases.ts";

/** Twice the area within a ring, positive if it runs clockwise on the screen. */
function twiceArea(ring: Ring): number {
  let sum = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const next = (i + 2) % ring.length;
    sum += ring[i] * ring[next + 1] - ring[next] * ring[i + 1];
  }
  return sum;
}

/** Fills the pixels whose centres lie within an odd number of an outline's rings. */
function fill({ label, polygons }: Outline, width: number, data: Uint16Array): void {
  const crossings = new Map<number, number[]>();
  for (const ring of polygons.flatMap(({ outer, holes }) => [outer, ...holes])) {
    for (let i = 0; i < ring.length; i += 2) {
      const next = (i + 2) % ring.length;
      const [from, to] = [ring[i + 1], ring[next + 1]].sort((a, b) => a - b);
      for (let y = from; y < to; y++) crossings.set(y, [...crossings.get(y) ?? [], ring[i]]);
    }
  }
  for (const [y, columns] of crossings) {
    columns.sort((a, b) => a - b);
    for (let k = 0; k < columns.length; k += 2) {
      for (let x = columns[k]; x < columns[k + 1]; x++) {
        assert.equal(data[y * width + x], 0, `pixel ${x}, ${y} belongs to two objects`);
        data[y * width + x] = label;
      }
    }
  }
}

const images = [
  ...["drawn", "noise", "cells"].flatMap((name) => CASES[name]().pages),
  ...[1, 2, 3, 4].map((labels) => {
    const random = new Random(labels);
    return { width: 30, height: 20, data: Uint16Array.from({ length: 600 }, () => random.integer(labels + 1)) };
  }),
];

Deno.test("an outline, filled, covers the object's pixels and no others", () => {
  for (const labels of images) {
    const data = new Uint16Array(labels.data.length);
    for (const outline of traceOutlines(labels)) fill(outline, labels.width, data);
    assert.deepEqual(data, labels.data);
  }
});

Deno.test("outer rings run clockwise on the screen, holes counterclockwise, and their corners are corners", () => {
  for (const labels of images) {
    for (const { polygons } of traceOutlines(labels)) {
      for (const { outer, holes } of polygons) {
        assert.ok(twiceArea(outer) > 0);
        for (const hole of holes) assert.ok(twiceArea(hole) < 0);
        for (const ring of [outer, ...holes]) {
          for (let i = 0; i < ring.length; i += 2) {
            const at = (k: number) => ring[(i + k + ring.length) % ring.length];
            // Horizontal and vertical sides alternate.
            assert.notEqual(at(0) === at(2), at(-2) === at(0));
          }
        }
      }
    }
  }
});

Deno.test("no ring touches itself", () => {
  for (const labels of images) {
    for (const { polygons } of traceOutlines(labels)) {
      for (const ring of polygons.flatMap(({ outer, holes }) => [outer, ...holes])) {
        const corners = new Set<string>();
        for (let i = 0; i < ring.length; i += 2) corners.add(`${ring[i]} ${ring[i + 1]}`);
        assert.equal(corners.size, ring.length / 2);
      }
    }
  }
});

Deno.test("pixels that touch at a corner belong to two polygons, and a hole within a hole to another polygon", () => {
  const image = (rows: string[]) => ({
    width: rows[0].length,
    height: rows.length,
    data: Uint16Array.from(rows.join(""), Number),
  });
  const [diagonal] = traceOutlines(image(["10", "01"]));
  assert.deepEqual(diagonal.polygons.map(({ outer }) => [...outer]), [[0, 0, 1, 0, 1, 1, 0, 1], [
    1,
    1,
    2,
    1,
    2,
    2,
    1,
    2,
  ]]);
  const [nested] = traceOutlines(image(["11111", "10001", "10101", "10001", "11111"]));
  assert.deepEqual(nested.polygons.map(({ holes }) => holes.length), [1, 0]);
  // Two holes that touch at a corner are two rings.
  const [pinched] = traceOutlines(image(["1111", "1011", "1101", "1111"]));
  assert.deepEqual(pinched.polygons.map(({ holes }) => holes.length), [2]);
});

Deno.test("outlines are in the order of the labels, and an image without objects has none", () => {
  const labels = traceOutlines({ width: 4, height: 1, data: Uint32Array.of(70_000, 3, 0, 9) }).map(({ label }) =>
    label
  );
  assert.deepEqual(labels, [3, 9, 70_000]);
  assert.deepEqual(traceOutlines({ width: 2, height: 2, data: new Uint16Array(4) }), []);
});
