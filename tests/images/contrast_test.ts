import assert from "node:assert/strict";
import { foreground, generateDataset, type Image, makeDataset } from "lib";
import { isEmptyField, learnContrastFloor, measureContrast, normalizeImage } from "lib/images";
import { minimumRange } from "lib/images/contrast_floor.ts";
import { Random } from "lib/math/random.ts";

const { samples } = await generateDataset({ count: 16, size: 128, seed: 3 });
const floor = learnContrastFloor(samples)!;
const random = new Random(7);

function field(side: number, value: (i: number) => number): Image {
  const data = Uint16Array.from({ length: side * side }, (_, i) => Math.max(0, Math.round(value(i))));
  return { width: side, height: side, channels: 1, bits: 16, data };
}

/** Fields of noise alone, of several kinds. */
const empty: Record<string, Image> = {
  "strong noise": field(256, () => 1000 + 50 * random.normal()),
  "weak noise": field(128, () => 100 + 2 * random.normal()),
  "counted photons": field(256, () => random.poisson(5)),
  "hardly any photons": field(256, () => random.poisson(0.5)),
  "a large field": field(1024, () => 1000 + 50 * random.normal()),
};
const smooth = empty["strong noise"];
empty["noise that neighbours share"] = field(256, (i) => {
  let sum = 0;
  for (let y = -1; y <= 1; y++) {
    for (let x = -1; x <= 1; x++) sum += smooth.data[(i + 256 * y + x + smooth.data.length) % smooth.data.length];
  }
  return sum / 9;
});

Deno.test("measureContrast() does not depend on unit, offset or depth, and noise has the same whatever its strength", () => {
  const { image } = samples[0];
  const { noise, ...expected } = measureContrast(image);
  const other = measureContrast({ ...image, bits: 32, data: Float32Array.from(image.data, (v) => 1e-3 * v + 40) });
  assert.ok(Math.abs(other.noise / noise - 1e-3) < 1e-5);
  for (const name of ["range", "structure", "peak"] as const) {
    assert.ok(Math.abs(other[name] / expected[name] - 1) < 0.01, name);
  }
  const { range, structure } = measureContrast(empty["strong noise"]);
  assert.ok(Math.abs(range - 5.2) < 0.2 && Math.abs(structure - 5.2) < 0.6, `${range}, ${structure}`);
  assert.equal(measureContrast(field(20, () => 5)).range, 0);
  const tiny = measureContrast({ width: 2, height: 2, channels: 1, bits: 32, data: Float32Array.of(0, 1, 2, 3) });
  assert.equal(tiny.range, Infinity);
});

Deno.test("an empty field is told from images with cells, and its noise is not stretched", () => {
  for (const [what, image] of Object.entries(empty)) {
    const contrast = measureContrast(image);
    assert.ok(isEmptyField(contrast, floor), `${what}: ${contrast.peak}`);
    const plain = normalizeImage(image, "robust"), floored = normalizeImage(image, "robust", floor);
    const brightest = (values: Float32Array) => values.reduce((most, value) => Math.max(most, value), 0);
    assert.equal(brightest(plain), 1);
    assert.ok(brightest(floored) < 0.35, `${what}: up to ${brightest(floored)}`);
  }
  for (const { image } of samples) {
    assert.ok(!isEmptyField(measureContrast(image), floor));
    assert.deepEqual(normalizeImage(image, "robust", floor), normalizeImage(image, "robust"));
  }
});

Deno.test("dim images, and noisier ones, keep their scale while their cells are to be seen", async () => {
  for (const { image } of samples) {
    const dim = field(128, (i) => 100 + 0.3 * image.data[i] + 2 * random.normal());
    assert.equal(minimumRange(measureContrast(dim), floor), 0);
    assert.ok(!isEmptyField(measureContrast(dim), floor));
  }
  const { samples: harder } = await generateDataset({ count: 12, size: 128, seed: 4, difficulty: 0.6 });
  for (const { image } of harder) assert.equal(minimumRange(measureContrast(image), floor), 0);
});

Deno.test("few cells in a wide field are shown above its noise", () => {
  const side = 512, inside = (i: number) => (i % side - 200) ** 2 + (Math.floor(i / side) - 300) ** 2 < 144;
  // One nucleus, 0.17 % of the image: the percentiles lie in the noise.
  const sparse = field(side, (i) => (inside(i) ? 500 : 100) + 10 * random.normal());
  assert.ok(!isEmptyField(measureContrast(sparse), floor));
  const plain = normalizeImage(sparse, "robust"), floored = normalizeImage(sparse, "robust", floor);
  const mean = (values: Float32Array, where: (i: number) => boolean) => {
    const selected = values.filter((_, i) => where(i));
    return selected.reduce((sum, value) => sum + value, 0) / selected.length;
  };
  assert.ok(mean(plain, (i) => !inside(i)) > 0.4);
  assert.ok(mean(floored, (i) => !inside(i)) < 0.15 && mean(floored, inside) > 0.8);
});

Deno.test("learnContrastFloor() learns from images with foreground alone", async () => {
  assert.ok(samples.every(({ labels }) => foreground(labels).some((value) => value > 0)));
  const blank = { width: 256, height: 256, data: new Uint16Array(256 * 256) };
  const negatives = Object.entries(empty).filter(([, { width }]) => width === 256)
    .map(([id, image]) => ({ id, group: id, image, labels: blank }));
  const both = await makeDataset("both", [...samples, ...negatives]);
  assert.deepEqual(learnContrastFloor(both.samples), floor);
  assert.equal(learnContrastFloor(negatives), undefined);
  // Clear training images do not make noisy ones empty: the limit is no higher than 15.
  const clear = { structure: 1000, range: 1000, medianRange: 1000 };
  assert.ok(!isEmptyField({ noise: 1, range: 9, structure: 16, peak: 16 }, clear));
  // Where training images are hardly clearer than noise, noise is no empty field.
  assert.ok(!isEmptyField({ noise: 1, range: 5, structure: 5, peak: 6 }, { structure: 9, range: 6, medianRange: 7 }));
});
