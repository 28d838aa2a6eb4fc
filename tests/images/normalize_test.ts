import assert from "node:assert/strict";
import { generateDataset, type Image, NORMALIZATIONS } from "lib";
import { otsuBaseline } from "lib/evaluate";
import { type ContrastFloor, detectModality, learnContrastFloor, normalizeImage } from "lib/images";
import { quantiles } from "lib/math/quantiles.ts";
import { Random } from "lib/math/random.ts";

const SIDE = 128;
const { samples } = await generateDataset({ count: 12, size: SIDE, seed: 31 });
const images = samples.map(({ image }): Image => ({
  ...image,
  bits: 16,
  data: Uint16Array.from(image.data, (value) => 100 + 2 * value),
}));
const floats = images.map((image): Image => ({
  ...image,
  bits: 32,
  data: Float32Array.from(image.data, (value) => value / 1220),
}));

/** An image with a value at a share of its pixels, at one pixel at least, and where it is. */
function withHot(image: Image, share: number, value: number): { image: Image; places: Set<number> } {
  const random = new Random(9), data = image.data.slice(), places = new Set<number>();
  const count = Math.max(1, Math.round(share * data.length));
  while (places.size < count) places.add(random.integer(data.length));
  for (const place of places) data[place] = value;
  return { image: { ...image, data }, places };
}

/** The largest difference of two normalised images, but at these places. */
function difference(a: Float32Array, b: Float32Array, places: ReadonlySet<number>): number {
  return a.reduce((most, value, i) => places.has(i) ? most : Math.max(most, Math.abs(value - b[i])), 0);
}

Deno.test("robust normalisation has the percentiles' ends, and clips beyond", () => {
  for (const image of [...images, ...floats]) {
    const robust = normalizeImage(image, "robust");
    const [low, high] = quantiles(image.data, [0.01, 0.998]);
    image.data.forEach((value, i) => {
      assert.ok(Math.abs(robust[i] - Math.min(1, Math.max(0, (value - low) / (high - low)))) < 1e-6);
    });
  }
});

Deno.test("hot pixels cost a robust normalisation nothing, whatever the range: one, or five in a thousand", () => {
  const cases = [
    ...images.flatMap((image) => [[image, 0, 65535], [image, 0.005, 65535], [image, 0.005, 0]] as const),
    ...floats.flatMap((image) => [[image, 0, 100], [image, 0, 1e6], [image, 0, -1e6], [image, 0.005, 1e30]] as const),
  ];
  for (const [image, share, value] of cases) {
    const { image: hot, places } = withHot(image, share, value);
    const expected = normalizeImage(image, "robust"), found = normalizeImage(hot, "robust");
    const most = difference(expected, found, places);
    assert.ok(most < 0.03, `off by ${most} with ${value} at ${places.size} pixels`);
    assert.ok(found.every((number) => number >= 0 && number <= 1));
  }
});

Deno.test("hot pixels stay out of Otsu's threshold and of the guess of the modality", () => {
  for (const image of [...images, ...floats]) {
    for (const share of [0, 0.005]) {
      const { image: hot, places } = withHot(image, share, image.bits === 32 ? 1e6 : 65535);
      const expected = otsuBaseline(image), found = otsuBaseline(hot);
      const changed = found.filter((value, i) => !places.has(i) && value !== expected[i]).length;
      assert.ok(changed <= 0.002 * found.length, `${changed} pixels differ`);
      assert.equal(detectModality(hot), detectModality(image));
    }
  }
});

Deno.test("the older normalisations stay as they were, hot pixels or not", () => {
  const values = Uint16Array.from({ length: 1000 }, (_, i) => i < 999 ? 100 + i : 65535);
  const image = { width: 100, height: 10, channels: 1, bits: 16, data: values } as const;
  assert.equal(normalizeImage(image, "percentile")[999], Math.fround((65535 - 109) / (1097 - 109)));
  assert.equal(normalizeImage(image, "depth")[999], 1);
  assert.ok(normalizeImage(image, "zscore")[999] > 30);
  // In floating point: a histogram of 65,536 bins from the smallest to the largest value.
  const float = { ...image, bits: 32, data: Float32Array.from(values, (value) => value / 1000) } as const;
  const step = (65.535 - 0.1) / 65535;
  const bin = (value: number) => 0.1 + step * Math.round((value - 0.1) / step);
  const expected = (0.5 - bin(0.109)) / (bin(1.097) - bin(0.109));
  assert.ok(Math.abs(normalizeImage(float, "percentile")[400] - expected) < 1e-5);
  assert.ok(Math.abs(normalizeImage(float, "depth")[400] - 0.4 / 65.435) < 1e-6);
  // They heed no floor.
  const floor: ContrastFloor = { structure: 1e3, range: 1e3, medianRange: 1e3 };
  for (const method of NORMALIZATIONS.filter((name) => name !== "robust")) {
    assert.deepEqual(normalizeImage(image, method, floor), normalizeImage(image, method));
  }
});

Deno.test("black, constant and nearly constant images have no range to stretch", () => {
  const size = { width: 20, height: 20, channels: 1 } as const;
  const floor = learnContrastFloor(samples);
  for (const value of [0, 7]) {
    for (
      const image of [
        { ...size, bits: 8, data: new Uint8Array(400).fill(value) },
        { ...size, bits: 32, data: new Float32Array(400).fill(value) },
      ] as const
    ) {
      assert.ok(normalizeImage(image, "robust").every((number) => number === 0));
      assert.ok(normalizeImage(image, "robust", floor).every((number) => number === 0));
    }
  }
  // One small object on black, larger than a hot pixel.
  const large = { width: 64, height: 64, channels: 1 } as const;
  const lit = [12, 13, 14].flatMap((y) => [32, 33, 34].map((x) => 64 * y + x));
  for (const brightness of [1e-20, 200]) {
    const data = new Float32Array(64 * 64);
    for (const place of lit) data[place] = brightness;
    const found = normalizeImage({ ...large, bits: 32, data }, "robust");
    assert.deepEqual([...found.keys()].filter((i) => found[i] === 1), lit);
  }
});

Deno.test("normalisation by percentiles takes other percentiles, and the other methods none", () => {
  const [image] = images, ends = [0.1, 0.9] as const, [low, high] = quantiles(image.data, ends);
  const robust = normalizeImage(image, "robust", undefined, ends);
  image.data.forEach((value, i) => {
    assert.ok(Math.abs(robust[i] - Math.min(1, Math.max(0, (value - low) / (high - low)))) < 1e-6);
  });
  assert.notDeepEqual(normalizeImage(image, "percentile", undefined, ends), normalizeImage(image, "percentile"));
  for (const method of ["zscore", "depth"] as const) {
    assert.deepEqual(normalizeImage(image, method, undefined, ends), normalizeImage(image, method));
  }
});
