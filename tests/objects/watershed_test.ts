import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { distanceTransform, squaredDistanceTransform, watershed } from "lib/objects";

interface Fixtures {
  script: string;
  distances: {
    height: number;
    width: number;
    mask: string;
    squared: number[];
    distance: number[] | null;
    spacing: [number, number];
    spaced: number[] | null;
  }[];
  watersheds: {
    height: number;
    width: number;
    connectivity: 1 | 2;
    image: string;
    markers: string;
    mask: string;
    labels: string;
  }[];
  large: { height: number; width: number; seed: number; levels: number; squared: string; labels: string[] }[];
}

const folder = new URL("../fixtures/", import.meta.url);
/** What SciPy and scikit-image compute: see make_watershed_fixtures.py. */
const fixtures: Fixtures = JSON.parse(await Deno.readTextFile(new URL("watershed.json", folder)));
const digits = (text: string) => Array.from(text, (digit) => parseInt(digit, 36));
const digest = (values: ArrayLike<number>) =>
  createHash("sha256").update(new Uint8Array(Int32Array.from(values).buffer)).digest("hex");

/** The generator of Numerical Recipes, upper 16 bits. */
function congruential(count: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state >>> 16;
  });
}

Deno.test("the fixtures are of the script that makes them", async () => {
  const script = await Deno.readFile(new URL("make_watershed_fixtures.py", folder));
  assert.equal(createHash("sha256").update(script).digest("hex"), fixtures.script);
});

Deno.test("squared distances are SciPy's, exactly", () => {
  for (const { mask, squared, ...size } of fixtures.distances) {
    assert.deepEqual([...squaredDistanceTransform(digits(mask), size)], squared);
  }
});

Deno.test("distances are SciPy's, with square pixels and others", () => {
  const near = (values: ArrayLike<number>, expected: number[]) =>
    expected.forEach((value, i) => assert.ok(Math.abs(values[i] - value) < 1e-12, `${values[i]} instead of ${value}`));
  let compared = 0;
  for (const { mask, distance, spacing, spaced, ...size } of fixtures.distances) {
    if (!distance || !spaced) continue;
    compared++;
    assert.deepEqual([...distanceTransform(digits(mask), size)], distance);
    near(distanceTransform(digits(mask), size, spacing), spaced);
  }
  assert.ok(compared > 3);
});

Deno.test("without background distances are infinite, and wrong sizes are refused", () => {
  assert.deepEqual([...squaredDistanceTransform([1, 1], { width: 2, height: 1 })], [Infinity, Infinity]);
  assert.throws(() => distanceTransform([1], { width: 2, height: 1 }), /The mask has 1 values: give 2 × 1/);
  assert.throws(() => distanceTransform([1, 0], { width: 2, height: 1 }, [1, 0]), /1 × 0: give two positive numbers/);
  assert.throws(() => watershed([1], [1, 0], { width: 2, height: 1 }), /The landscape has 1 values/);
  assert.throws(() => watershed([1, 2], [1], { width: 2, height: 1 }), /The array of markers has 1 values/);
});

Deno.test("the watershed is scikit-image's pixel by pixel, ties, plateaus, lines and empty images included", () => {
  for (const { image, markers, mask, labels, connectivity, ...size } of fixtures.watersheds) {
    const found = watershed(digits(image), digits(markers), size, { connectivity, mask: digits(mask) });
    assert.deepEqual([...found], digits(labels), `${size.width} × ${size.height}, ${connectivity}`);
  }
});

Deno.test("large images are transformed and flooded as by SciPy and scikit-image", () => {
  for (const { height, width, seed, levels, squared, labels } of fixtures.large) {
    const values = congruential(3 * height * width, seed), count = height * width;
    const mask = values.slice(0, count).map((value) => value % 100 < 97 ? 1 : 0);
    const image = values.slice(count, 2 * count).map((value) => value % levels);
    const markers = values.slice(2 * count).map((value) => value % 150 === 0 ? 1 + value / 150 : 0);
    assert.equal(digest(squaredDistanceTransform(mask, { width, height })), squared);
    labels.forEach((expected, i) => {
      const connectivity = i === 0 ? 1 : 2;
      assert.equal(digest(watershed(image, markers, { width, height }, { connectivity, mask })), expected);
    });
  }
});
