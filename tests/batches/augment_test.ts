import assert from "node:assert/strict";
import { AUGMENTATIONS, generateDataset, makeDataset } from "lib";
import type { Augmentation } from "lib/batches";
import { BatchSource } from "lib/batches";
import { clahe } from "lib/batches/augment/clahe.ts";
import {
  gaussianBlur,
  gaussNoise,
  invert,
  type Pixels,
  randomGamma,
  stainJitter,
} from "lib/batches/augment/intensity.ts";
import { sampleCrop } from "lib/batches/augment/sample_crop.ts";
import { elasticTransform, gridDistortion, identityField, shiftScaleRotate } from "lib/batches/augment/warp.ts";
import { Random } from "lib/math/random.ts";

const { samples } = await generateDataset({ count: 6, size: 80, seed: 2 });
/** A colour image whose channels differ, and one without objects. */
const colour = {
  ...samples[0],
  id: "colour",
  image: {
    ...samples[0].image,
    channels: 3 as const,
    data: Uint8Array.from({ length: 3 * 6400 }, (_, i) => samples[i % 3].image.data[Math.floor(i / 3)]),
  },
};
const dataset = await makeDataset("d", [...samples, colour]);
const indices = dataset.samples.map((_, i) => i);

const source = (augmentations: readonly Augmentation[], changes: Partial<BatchSource["options"]> = {}) =>
  new BatchSource(dataset, indices, {
    batchSize: 3,
    cropSize: 48,
    channels: 3,
    normalization: "percentile",
    augmentations,
    seed: 4,
    ...changes,
  });

Deno.test("whatever the number of workers, and in whatever order they are asked, batches are the same", async () => {
  const positions = [[0, 0], [0, 1], [1, 1], [2, 0], [1, 0]];
  const alone = source(AUGMENTATIONS);
  const expected = positions.map(([epoch, position]) => alone.get(epoch, position));
  for (const workers of [1, 3]) {
    using many = source(AUGMENTATIONS, { workers });
    const made = await Promise.all(positions.map(([epoch, position]) => many.request(epoch, position)));
    assert.deepEqual(made, expected);
  }
});

Deno.test("an error of a worker has its class and its stack", async () => {
  // No array is that large.
  using many = source([], { workers: 1, cropSize: 2 ** 27 });
  for (let again = 0; again < 2; again++) {
    await assert.rejects(
      many.request(0, 0),
      (error) => error instanceof RangeError && /\n +at cutBatch .*cut_batch\.ts/.test(error.stack!),
    );
  }
});

Deno.test("each augmentation changes crops, leaves those that it skips, and disturbs no other's draws", () => {
  const plain = source([]);
  for (const name of AUGMENTATIONS) {
    const changed = source([name]);
    let equal = 0, different = 0;
    for (let epoch = 0; epoch < 12; epoch++) {
      for (let position = 0; position < 2; position++) {
        const a = plain.get(epoch, position), b = changed.get(epoch, position);
        assert.deepEqual(a.ids, b.ids);
        const area = 48 * 48;
        for (let i = 0; i < 3; i++) {
          const crop = ({ images }: typeof a) => images.subarray(i * area * 3, (i + 1) * area * 3);
          if (name === "stainJitter" && a.ids[i] !== "colour") assert.deepEqual(crop(a), crop(b));
          crop(a).every((value, k) => value === crop(b)[k]) ? equal++ : different++;
        }
        assert.ok(b.images.every(Number.isFinite), name);
      }
    }
    assert.ok(different > 0, `${name} changed nothing`);
    if (!["symmetries", "cropNonEmptyMask"].includes(name)) assert.ok(equal > 0, `${name} spared nothing`);
  }
});

/** An image that is its own mask. */
function twin(side: number) {
  const { data } = samples[1].labels;
  const mask = Uint8Array.from(data, (label) => label > 0 ? 1 : 0);
  return { width: side, height: side, channels: 1, pixels: Float32Array.from(mask), mask };
}

Deno.test("image and mask stay aligned through every geometry, and labels stay labels", () => {
  const geometry = [
    "symmetries",
    "cropNonEmptyMask",
    "shiftScaleRotate",
    "elasticTransform",
    "gridDistortion",
  ] as const;
  const options = { side: 56, channels: 1, augmentations: geometry, range: [0, 1] } as const;
  const labels = { ...twin(80), mask: samples[1].labels.data };
  const known = new Set(samples[1].labels.data);
  for (let k = 0; k < 60; k++) {
    const image = new Float32Array(56 * 56), mask = new Float32Array(56 * 56);
    sampleCrop(twin(80), options, [1, k], image, mask);
    // Between foreground and background the image has values between; beyond a half it is the mask.
    for (let i = 0; i < image.length; i++) {
      if (Math.abs(image[i] - 0.5) > 0.26) assert.equal(image[i] > 0.5 ? 1 : 0, mask[i]);
    }
    const wrong = image.reduce((sum, value, i) => sum + ((value > 0.5 ? 1 : 0) !== mask[i] ? 1 : 0), 0);
    assert.ok(wrong < 0.02 * image.length, `${wrong} pixels apart`);
    sampleCrop(labels, options, [1, k], image, mask);
    assert.ok(mask.every((label) => known.has(label)));
  }
});

Deno.test("cropNonEmptyMask finds the one object of a large image", () => {
  const mask = new Uint8Array(400 * 300);
  mask[290 * 400 + 13] = 1;
  const large = { width: 400, height: 300, channels: 1, pixels: new Float32Array(mask.length), mask };
  const counts = { with: 0, without: 0 };
  for (let k = 0; k < 40; k++) {
    const image = new Float32Array(32 * 32), out = new Float32Array(32 * 32);
    for (const [key, augmentations] of [["with", ["cropNonEmptyMask"]], ["without", []]] as const) {
      sampleCrop(large, { side: 32, channels: 1, augmentations, range: [0, 1] }, [k], image, out);
      counts[key] += out.some((value) => value > 0) ? 1 : 0;
    }
  }
  assert.equal(counts.with, 40);
  assert.ok(counts.without < 5);
});

Deno.test("warps move pixels as far as they say", () => {
  const moved = (
    warp: (field: ReturnType<typeof identityField>, side: number, random: Random) => void,
    key: number,
  ) => {
    const field = identityField(128), still = identityField(128);
    warp(field, 128, new Random(key));
    return field.x.map((x, i) => Math.hypot(x - still.x[i], field.y[i] - still.y[i]));
  };
  const rootMeanSquare = (values: Float32Array) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
  const elastic = Array.from({ length: 60 }, (_, key) => rootMeanSquare(moved(elasticTransform, key)) / Math.SQRT2);
  const mean = elastic.reduce((a, b) => a + b) / elastic.length;
  assert.ok(mean > 2.5 && mean < 4.5, `${mean} pixels along each axis`);
  for (let key = 0; key < 20; key++) {
    // The corners of a distorted grid stay where they are.
    const grid = moved(gridDistortion, key);
    for (const corner of [0, 127, 127 * 128, 128 * 128 - 1]) assert.ok(grid[corner] < 1e-3);
    assert.ok(Math.max(...grid) < 0.3 * 128);
    const middle = moved(shiftScaleRotate, key)[64 * 128 + 64];
    assert.ok(middle < 0.0625 * 128 * Math.SQRT2 / 0.9 + 1, `the middle moved by ${middle}`);
  }
});

const pixels = (side: number, channels: number, value: (i: number) => number): Pixels => ({
  data: Float32Array.from({ length: side * side * channels }, (_, i) => value(i)),
  side,
  channels,
});

Deno.test("noise has its spread, and is one for all channels of a grey crop", () => {
  const flat = pixels(256, 1, () => 0.5);
  gaussNoise(flat, new Random(3), true);
  const sigma = new Random(3).uniform(0.01, 0.05);
  const mean = flat.data.reduce((a, b) => a + b) / flat.data.length;
  const spread = Math.sqrt(flat.data.reduce((sum, v) => sum + (v - mean) ** 2, 0) / flat.data.length);
  assert.ok(Math.abs(mean - 0.5) < 4 * sigma / 256, `${mean}`);
  assert.ok(Math.abs(spread / sigma - 1) < 0.01, `${spread} instead of ${sigma}`);
  // Kurtosis 3: the tails are a normal distribution's.
  const fourth = flat.data.reduce((sum, v) => sum + ((v - mean) / spread) ** 4, 0) / flat.data.length;
  assert.ok(Math.abs(fourth - 3) < 0.1, `${fourth}`);
  const grey = pixels(16, 3, () => 0.5);
  gaussNoise(grey, new Random(3), true);
  assert.ok(grey.data.every((value, i) => value === grey.data[i - i % 3]));
});

Deno.test("blur keeps a constant and the sum, and spreads a point as a Gaussian", () => {
  for (const channels of [1, 3]) {
    const flat = pixels(20, channels, () => 0.3);
    gaussianBlur(flat, new Random(1));
    assert.ok(flat.data.every((value) => Math.abs(value - 0.3) < 1e-6));
  }
  const point = pixels(33, 1, (i) => i === 16 * 33 + 16 ? 1 : 0);
  gaussianBlur(point, new Random(5));
  const sigma = new Random(5).uniform(0.5, 1.5);
  assert.ok(Math.abs(point.data.reduce((a, b) => a + b) - 1) < 1e-5);
  const variance = point.data.reduce((sum, value, i) => sum + value * (i % 33 - 16) ** 2, 0);
  assert.ok(Math.abs(variance / sigma ** 2 - 1) < 0.03, `${variance} and ${sigma ** 2}`);
});

Deno.test("gamma raises to its power, inversion undoes itself", () => {
  const ramp = pixels(16, 1, (i) => i / 200 - 0.1);
  const before = ramp.data.slice();
  randomGamma(ramp, new Random(8));
  const gamma = Math.exp(new Random(8).uniform(-1, 1) * Math.log(1.25));
  ramp.data.forEach((value, i) =>
    assert.ok(Math.abs(value - (before[i] <= 0 ? before[i] : before[i] ** gamma)) < 2e-4, `${before[i]}`)
  );
  invert(ramp);
  invert(ramp);
  assert.ok(ramp.data.every(Number.isFinite));
});

Deno.test("CLAHE evens out dim corners and gives a flat crop no structure", () => {
  const flat = pixels(64, 1, () => 0.4);
  clahe(flat, new Random(2));
  assert.ok(Math.max(...flat.data) - Math.min(...flat.data) < 1e-6);
  // The same texture, ten times dimmer on one side.
  const random = new Random(9);
  const texture = Array.from({ length: 64 * 64 }, () => random.next());
  const uneven = pixels(64, 1, (i) => (i % 64 < 32 ? 0.08 : 0.8) * texture[i]);
  const contrast = (p: Pixels, half: number) => {
    const part = [...p.data].filter((_, i) => Math.floor((i % 64) / 32) === half);
    const mean = part.reduce((a, b) => a + b) / part.length;
    return Math.sqrt(part.reduce((sum, v) => sum + (v - mean) ** 2, 0) / part.length);
  };
  const before = contrast(uneven, 1) / contrast(uneven, 0);
  clahe(uneven, new Random(2));
  assert.ok(contrast(uneven, 1) / contrast(uneven, 0) < before / 2);
  assert.ok(uneven.data.every((value) => value >= 0 && value <= 1));
});

Deno.test("stain jitter varies colours a little and spares white", () => {
  const white = pixels(4, 3, () => 1);
  const purple = pixels(4, 3, (i) => [0.5, 0.3, 0.6][i % 3]);
  const [a, b] = [new Random(11), new Random(11)];
  stainJitter(white, a);
  stainJitter(purple, b);
  assert.ok(white.data.every((value) => Math.abs(value - 1) < 0.08));
  const change = purple.data.map((value, i) => Math.abs(value - [0.5, 0.3, 0.6][i % 3]));
  assert.ok(Math.max(...change) > 1e-3 && Math.max(...change) < 0.15);
});
