// @tags slow
import assert from "node:assert/strict";
import { ALGORITHM_ENTRIES, DIRECT } from "lib/nn/algorithms/algorithm_table.ts";
import { predictsInSequence } from "lib/nn/algorithms/choose_algorithm.ts";
import { createModel } from "lib/nn/create_model.ts";
import { predict } from "lib/nn/inference/predict.ts";
import { type PredictionInput, Predictor } from "lib/nn/inference/predictor.ts";
import { registryNames } from "lib/io/registry_names.ts";
import { ARCHITECTURES } from "lib/nn/architectures/architectures.ts";
import { ENCODERS } from "lib/nn/encoders/encoders.ts";
import type { SegmentationModel } from "lib/nn/segmentation_model.ts";
import { reflect } from "lib/math/reflect.ts";
import { tileSpans } from "lib/nn/inference/tiles.ts";
import { runsNativeOps } from "lib/native_ops/mod.ts";
import { compile, handleCount, runtimeInfo, tf } from "lib/tensorflow/mod.ts";
import { formulaWeight, noise } from "../../fixtures/formula.ts";

/** Blobs of a few pixels, so that a network has something to see. */
function testImage(height: number, width: number, channels = 1): PredictionInput {
  const waves = noise("waves", 24);
  const pixels = new Float32Array(height * width * channels);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let value = 0;
      for (let i = 0; i < 8; i++) {
        value += Math.sin(0.3 * (waves[3 * i] * x + waves[3 * i + 1] * y) + 7 * waves[3 * i + 2]);
      }
      for (let c = 0; c < channels; c++) pixels[at++] = value / 4 + 0.1 * c;
    }
  }
  return { width, height, channels, pixels };
}

/** Running statistics and scales that are not the fresh ones, else folding would have nothing to do. */
function unsettle(model: SegmentationModel): SegmentationModel {
  for (const { name, shape, variable } of model.weights) {
    if (shape.length === 1 && variable) variable.assign(tf.tensor1d(formulaWeight(name, shape)));
  }
  return model;
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assert.equal(a.length, b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}

Deno.test("tileSpans() covers an axis with weights that add up to one", () => {
  for (
    const [length, tile, overlap] of [[100, 128, 0.5], [128, 128, 0.5], [129, 128, 0.5], [1000, 128, 0.25], [
      511,
      64,
      0.9,
    ]]
  ) {
    const sums = new Float64Array(length);
    for (const { start, length: covered, weights } of tileSpans(length, tile, overlap)) {
      assert.ok(start >= 0 && start + covered <= length && weights.length === covered);
      weights.forEach((weight, i) => sums[start + i] += weight);
    }
    assert.ok(sums.every((sum) => Math.abs(sum - 1) < 1e-6), `${length}, ${tile}, ${overlap}`);
  }
});

Deno.test("reflect() mirrors without repeating the edge", () => {
  assert.deepEqual([-2, -1, 0, 1, 2, 3, 4, 5].map((i) => reflect(i, 3)), [2, 1, 0, 1, 2, 1, 0, 1]);
  assert.equal(reflect(5, 1), 0);
});

/** One encoder of each family. UNet is tested with every encoder. */
const FAMILIES = ["resnet18", "mobilenet_v2", "efficientnet-b0"] as const;

for (const architecture of registryNames(ARCHITECTURES)) {
  Deno.test(`folding batch normalisation changes nothing for ${architecture}`, async () => {
    for (const encoder of architecture === "unet" ? registryNames(ENCODERS) : FAMILIES) {
      const model = unsettle(createModel({ architecture, encoder }));
      const image = testImage(64, 96, 3);
      const plain = compile((x: tf.Tensor4D) => tf.sigmoid(model.forward(x)));
      const expected = (await plain(tf.tensor4d(image.pixels, [1, 64, 96, 3]))).dataSync();
      const predictor = new Predictor(model);
      const [found] = await predictor.predict([image]);
      assert.ok(largestDifference(found, expected) < 1e-4, `off by ${largestDifference(found, expected)}`);
      plain.dispose();
      predictor.dispose();
      model.dispose();
    }
  });
}

Deno.test("a predictor follows weights that change", async () => {
  const model = unsettle(createModel({ architecture: "unet", encoder: "resnet18" }));
  const predictor = new Predictor(model);
  const image = testImage(64, 64);
  const [before] = await predictor.predict([image]);
  for (const { variable } of model.weights) variable?.assign(tf.tidy(() => tf.mul(variable, 0.9)));
  const [after] = await predictor.predict([image]);
  const fresh = new Predictor(model);
  assert.ok(largestDifference(before, after) > 1e-3);
  assert.deepEqual(after, (await fresh.predict([image]))[0]);
  for (const disposable of [predictor, fresh, model]) disposable.dispose();
});

Deno.test("tiles show no seam: they equal the whole image away from its borders", async () => {
  const model = unsettle(createModel({ architecture: "unet", encoder: "resnet18" }));
  const [height, width, margin] = [900, 1010, 64];
  const image = testImage(height, width);
  const whole = new Predictor(model, { wholePixels: Infinity });
  const tiled = new Predictor(model, { wholePixels: 0 });
  const [expected] = await whole.predict([image]);
  const progress: number[] = [];
  const [found] = await tiled.predict([image], (done) => progress.push(done));
  let largest = 0;
  for (let y = margin; y < height - margin; y++) {
    for (let x = margin; x < width - margin; x++) {
      largest = Math.max(largest, Math.abs(found[y * width + x] - expected[y * width + x]));
    }
  }
  assert.ok(largest <= 1e-3, `off by ${largest}`);
  assert.equal(progress.at(-1), 1);
  assert.ok(progress.length > 3 && progress.every((done, i) => i === 0 || done > progress[i - 1]));
  for (const disposable of [whole, tiled, model]) disposable.dispose();
});

Deno.test("entries with tiles in machine code predict the maps of direct convolutions, up to rounding", async () => {
  const images = [testImage(192, 160), testImage(200, 96), testImage(96, 200)];
  const tiled = ALGORITHM_ENTRIES.filter((entry) => !predictsInSequence(entry, "float32"));
  assert.ok(tiled.length > 0);
  const computesTiles = runtimeInfo().device === "CPU" && runsNativeOps();
  for (const architecture of ["unet", "deeplabv3"] as const) {
    const model = unsettle(createModel({ architecture, encoder: "resnet18" }));
    const maps = async (algorithms: string, frozen: boolean) => {
      const predictor = new Predictor(model, { algorithms, frozen, engine: "TensorFlow" });
      const maps = await predictor.predict(images);
      predictor.dispose();
      return maps;
    };
    const expected = await maps(DIRECT, true);
    for (const { name } of tiled) {
      for (const frozen of [true, false]) {
        const found = await maps(name, frozen), what = `${architecture}, ${name}, frozen: ${frozen}`;
        found.forEach((map, i) => assert.ok(largestDifference(map, expected[i]) < 1e-4, what));
        if (!frozen || !computesTiles) continue;
        assert.ok(
          found.some((map, i) => largestDifference(map, expected[i]) > 0),
          `${what}: nothing was computed by tiles`,
        );
      }
    }
    model.dispose();
  }
});

Deno.test("averaged over the symmetries, a mirrored or turned image has the mirrored or turned map", async () => {
  const model = unsettle(createModel({ architecture: "deeplabv3plus", encoder: "resnet18" }));
  const predictor = new Predictor(model, { symmetries: true });
  const [height, width] = [64, 96];
  const image = testImage(height, width);
  const [map] = await predictor.predict([image]);
  const flip = (values: ArrayLike<number>) =>
    Float32Array.from(
      { length: height * width },
      (_, i) => values[Math.floor(i / width) * width + width - 1 - i % width],
    );
  const turn = (values: ArrayLike<number>) =>
    Float32Array.from({ length: height * width }, (_, i) => values[(i % height) * width + Math.floor(i / height)]);
  const [flipped] = await predictor.predict([{ ...image, pixels: flip(image.pixels) }]);
  assert.ok(largestDifference(flipped, flip(map)) < 1e-5);
  const [turned] = await predictor.predict([{ ...image, width: height, height: width, pixels: turn(image.pixels) }]);
  assert.ok(largestDifference(turned, turn(map)) < 1e-5);
  const plain = new Predictor(model);
  assert.ok(largestDifference((await plain.predict([image]))[0], map) > 1e-3);
  for (const disposable of [plain, predictor, model]) disposable.dispose();
});

Deno.test("predict() takes any size, grey or colour, several classes, and images of many sizes at once", async () => {
  const model = createModel({ architecture: "deeplabv3", encoder: "resnet18", classes: 2 });
  const data = Uint16Array.from({ length: 37 * 51 * 3 }, (_, i) => i % 5000);
  const map = await predict(model, { width: 37, height: 51, channels: 3, bits: 16, data }, { normalization: "robust" });
  assert.equal(map.length, 37 * 51 * 2);
  assert.ok(map.every((p) => p >= 0 && p <= 1));
  const predictor = new Predictor(model, { wholePixels: 64 * 64, tileSize: 64 });
  const images = [testImage(8, 8), testImage(70, 33), testImage(64, 64, 3), testImage(70, 33)];
  const maps = await predictor.predict(images);
  assert.deepEqual(maps.map(({ length }) => length), images.map(({ width, height }) => 2 * width * height));
  assert.deepEqual(maps[1], maps[3]);
  for (const disposable of [predictor, model]) disposable.dispose();
});

Deno.test("the probabilities of a pixel's classes sum to 1, in tiles and averaged over the symmetries", async () => {
  const model = unsettle(createModel({ architecture: "unet", encoder: "resnet18", task: "border" }));
  const image = testImage(96, 70);
  for (const options of [{ wholePixels: 64 * 64, tileSize: 64 }, { symmetries: true }]) {
    const predictor = new Predictor(model, options);
    const [map] = await predictor.predict([image]);
    assert.equal(map.length, 96 * 70 * 3);
    for (let i = 0; i < map.length; i += 3) assert.ok(Math.abs(map[i] + map[i + 1] + map[i + 2] - 1) < 1e-5);
    predictor.dispose();
  }
  model.dispose();
});

Deno.test("an infinite output is NaN in a map, and refused where a mask would be made of it", async () => {
  const model = createModel({ architecture: "pspnet", encoder: "resnet18" });
  const bias = [...model.weights].find(({ name }) => name === "segmentation_head.0.bias")!.variable!;
  const predictor = new Predictor(model);
  const [width, height] = [32, 40];
  const image = { width, height, channels: 1 as const, bits: 8 as const, data: new Uint8Array(width * height).fill(9) };
  // Its sigmoid would be 1 or 0.
  for (const logit of [Infinity, -Infinity]) {
    bias.assign(tf.tensor1d([logit]));
    const [map] = await predictor.predict([testImage(height, width)]);
    assert.ok(map.every(Number.isNaN));
    await assert.rejects(
      predict(model, image, { normalization: "robust" }),
      /output overflows at 1280 of 1280 pixels, so that no mask can be made\. Check/,
    );
  }
  for (const disposable of [predictor, model]) disposable.dispose();
});

Deno.test("a predictor keeps a number of sizes, and those that it compiles again give the same maps", async () => {
  const model = unsettle(createModel({ architecture: "pspnet", encoder: "resnet18" }));
  const predictor = new Predictor(model, { keepSizes: 2 });
  const images = [testImage(32, 32), testImage(32, 64), testImage(64, 32), testImage(64, 64)];
  const maps: Float32Array[] = [], handles: number[] = [];
  for (const [i, image] of [...images, ...images].entries()) {
    const [map] = await predictor.predict([image]);
    if (i >= images.length) assert.deepEqual(map, maps[i - images.length]);
    maps.push(map);
    assert.ok(predictor.compiledSizes <= 2);
    handles.push(handleCount().handles);
    // The same two sizes are compiled as the time before.
    if (i > images.length) assert.equal(handles[i], handles[i - images.length]);
  }
  assert.equal(predictor.compiledSizes, 2);
  predictor.dispose();
  assert.equal(predictor.compiledSizes, 0);
  assert.throws(() => new Predictor(model, { keepSizes: 0 }), /keepSizes is 0: give 1 or more/);
  model.dispose();
});

Deno.test("tile sizes that cannot be are refused", () => {
  const model = createModel({ architecture: "pspnet", encoder: "resnet18" });
  assert.throws(() => new Predictor(model, { tileSize: 100 }), /tileSize is 100: give a multiple of 32/);
  model.dispose();
});
