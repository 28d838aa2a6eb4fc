import assert from "node:assert/strict";
import { generateDataset, type Image } from "lib";
import { hotPixels, removeHotPixels } from "lib/images";
import { EXTREME_FACTOR } from "lib/images/hot_pixels.ts";
import { Random } from "lib/math/random.ts";

const SIDE = 128;
const { samples } = await generateDataset({ count: 6, size: SIDE, seed: 31 });

/** A generated image as a camera of 16 bit with an offset of 100 gives it, cells at 500 or so. */
function camera(image: Image): Image {
  return { ...image, bits: 16, data: Uint16Array.from(image.data, (value) => 100 + 2 * value) };
}

/** An image with other values at some places. */
function changed(image: Image, places: readonly number[], value: number): Image {
  const data = image.data.slice();
  for (const place of places) data[place] = value;
  return { ...image, data };
}

Deno.test("an image without hot pixels has none, and comes back itself", async () => {
  for (const difficulty of [0, 0.2, 1]) {
    for (const modality of ["fluorescence", "brightfield", "electron"] as const) {
      for (const { image } of (await generateDataset({ count: 4, size: 96, difficulty, modality })).samples) {
        assert.deepEqual(hotPixels(image), []);
        assert.equal(removeHotPixels(image), image);
      }
    }
  }
});

Deno.test("single pixels far above or below the rest are found, in the middle, at an edge, and by twos", () => {
  const image = camera(samples[0].image);
  const places = [0, 77, 5 * SIDE - 1, 60 * SIDE + 40, 60 * SIDE + 41, SIDE * SIDE - 1];
  assert.deepEqual(hotPixels(changed(image, places, 65535)), places);
  assert.deepEqual(hotPixels(changed(image, places, 65535), EXTREME_FACTOR), places);
  const float: Image = { ...image, bits: 32, data: Float32Array.from(image.data, (value) => value / 1000) };
  for (const value of [100, 1e6, -1e6, 3e38]) assert.deepEqual(hotPixels(changed(float, places, value)), places);
  const whole = removeHotPixels(changed(image, places, 65535));
  whole.data.forEach((value, i) => places.includes(i) ? assert.ok(value < 1000) : assert.equal(value, image.data[i]));
});

Deno.test("five in a thousand pixels may be hot", () => {
  const random = new Random(2);
  for (const { image: given } of samples) {
    const image = camera(given);
    const places = [...new Set(Array.from({ length: 0.005 * SIDE ** 2 }, () => random.integer(SIDE ** 2)))];
    assert.deepEqual(hotPixels(changed(image, places, 60000)), places.sort((a, b) => a - b));
  }
});

Deno.test("structure is not hot: a spot of four pixels, few bright cells, a picture full of dots", () => {
  const dark = { width: SIDE, height: SIDE, channels: 1, bits: 16 } as const;
  const random = new Random(3);
  const noise = Uint16Array.from({ length: SIDE * SIDE }, () => Math.round(100 + 3 * random.normal()));
  const spot = [40, 41].flatMap((y) => [40, 41].map((x) => y * SIDE + x));
  assert.deepEqual(hotPixels(changed({ ...dark, data: noise }, spot, 60000)), []);
  // One cell with the noise of its own light, 1 % of the image.
  const cell = noise.slice();
  for (let y = 60; y < 72; y++) for (let x = 60; x < 72; x++) cell[y * SIDE + x] = random.poisson(20000);
  assert.deepEqual(hotPixels({ ...dark, data: cell }), []);
  const dots = noise.map((value, i) => i % 7 === 0 && Math.floor(i / SIDE) % 7 === 0 ? 60000 : value);
  assert.deepEqual(hotPixels({ ...dark, data: dots }), []);
  // Of whole numbers a step or two above a black ground is nothing.
  assert.deepEqual(hotPixels(changed({ ...dark, data: new Uint16Array(SIDE * SIDE) }, [500, 900], 2)), []);
});

Deno.test("a colour's hot value is replaced in its channel alone; an image of one pixel has none", () => {
  const data = new Uint8Array(20 * 20 * 3).map((_, i) => 60 + i % 5);
  data[3 * 90 + 1] = 255;
  const image: Image = { width: 20, height: 20, channels: 3, bits: 8, data };
  assert.deepEqual(hotPixels(image), [3 * 90 + 1]);
  const { data: whole } = removeHotPixels(image);
  whole.forEach((value, i) => i === 3 * 90 + 1 ? assert.ok(value <= 64) : assert.equal(value, data[i]));
  assert.deepEqual(hotPixels({ width: 1, height: 1, channels: 1, bits: 8, data: Uint8Array.of(9) }), []);
});
