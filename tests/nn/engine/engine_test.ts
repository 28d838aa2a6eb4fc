// @tags slow
import assert from "node:assert/strict";
import { createModel, type ModelOptions } from "lib/nn/create_model.ts";
import { Engine } from "lib/nn/engine/engine.ts";
import { Predictor } from "lib/nn/inference/predictor.ts";
import type { SegmentationModel } from "lib/nn/segmentation_model.ts";
import { ExecutableMemory, runsMachineCode } from "lib/machine_code/mod.ts";
import { OneDnn } from "lib/onednn/mod.ts";
import { runtimeInfo, tf } from "lib/tensorflow/mod.ts";
import { formulaWeight } from "../../fixtures/formula.ts";
import { testImages } from "./test_images.ts";

const ignore = OneDnn.open() === undefined;

/** A model whose normalisations are not those of a fresh one. */
function testModel(options: ModelOptions): SegmentationModel {
  const model = createModel(options);
  for (const { name, shape, variable } of model.weights) {
    if (shape.length === 1 && variable) variable.assign(tf.tensor1d(formulaWeight(name, shape)));
  }
  return model;
}

/** Largest difference between an engine's logits and the model's, relative to the largest logit. */
async function difference(model: SegmentationModel, engine: Engine, shape: [number, number, number, number]) {
  const pixels = testImages(shape), found = await engine.logits(pixels, shape);
  const expected = tf.tidy(() => model.forward(tf.tensor4d(pixels, shape)).dataSync());
  assert.equal(found.length, expected.length);
  const largest = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  assert.ok(largest > 0);
  return found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0) / largest;
}

/** Models that the engine computes: each architecture, encoders with blocks of every kind, and other heads. */
const MODELS: ModelOptions[] = [
  ...(["unet", "deeplabv3", "deeplabv3plus", "pspnet"] as const).flatMap((architecture) =>
    (["resnet18", "mobilenet_v2"] as const).map((encoder) => ({ architecture, encoder }))
  ),
  { architecture: "deeplabv3plus", encoder: "resnet50" },
  { architecture: "unet", encoder: "resnet18", task: "border" },
  { architecture: "deeplabv3plus", encoder: "resnet18", classes: 5 },
  { architecture: "unet", encoder: "resnet18", inChannels: 2, inputStatistics: "imagenet" },
];

for (const options of MODELS) {
  Deno.test({
    name: `oneDNN's primitives compute ${JSON.stringify(options)} as TensorFlow's ops do`,
    ignore,
    async fn() {
      const model = testModel(options), { threads } = runtimeInfo(), channels = model.inChannels;
      using engine = Engine.of(model, { type: "float32" })!;
      using tiled = Engine.of(model, { type: "float32", winograd: true })!;
      // Whole images per thread, rows of one image, both; sides that differ, and maps of one pixel. UNet folds its
      // upsampling in the largest image.
      const sizes = [[threads, 64, 96], [1, 160, 64], [threads + 1, 32, 32], [2 * threads, 32, 64]];
      if (options.architecture === "unet") sizes.push([1, 256, 256]);
      for (const [images, height, width] of sizes) {
        for (const each of [engine, tiled]) {
          const off = await difference(model, each, [images, height, width, channels]);
          assert.ok(off < 2e-5, `${[images, height, width]}: off by ${off}`);
        }
      }
      // The blocks of ResNet are 3 × 3 convolutions of many channels.
      if (options.encoder !== "mobilenet_v2") assert.equal(ExecutableMemory.count > 0, runsMachineCode());
      // The image that is left over is another program.
      assert.equal(engine.sizes, sizes.length + 1);
      model.dispose();
    },
  });
}

Deno.test({
  name: "in bfloat16, logits differ by a few hundredths of the largest one",
  // Without instructions for bfloat16, oneDNN may have no kernels for it.
  ignore: ignore || runtimeInfo().bfloat16 === "",
  async fn() {
    for (const architecture of ["unet", "deeplabv3", "deeplabv3plus", "pspnet"] as const) {
      const model = testModel({ architecture, encoder: "resnet18" });
      using engine = Engine.of(model, { type: "bfloat16" })!;
      for (const shape of [[2, 128, 128, 3], [1, 96, 64, 3]] as [number, number, number, number][]) {
        const off = await difference(model, engine, shape);
        assert.ok(off > 0 && off < 0.05, `${architecture}: off by ${off}`);
      }
      model.dispose();
    }
  },
});

Deno.test({
  name: "an image has the same logits alone, in a batch, and after other sizes",
  ignore,
  async fn() {
    const model = testModel({ architecture: "unet", encoder: "resnet18" }), area = 64 * 96 * 3;
    using engine = Engine.of(model, { type: "float32" })!;
    const pixels = testImages([5, 64, 96, 3]), all = await engine.logits(pixels, [5, 64, 96, 3]);
    await engine.logits(testImages([1, 320, 256, 3]), [1, 320, 256, 3]);
    for (let image = 0; image < 5; image++) {
      const alone = await engine.logits(pixels.subarray(image * area, (image + 1) * area), [1, 64, 96, 3]);
      alone.forEach((value, i) => assert.ok(Math.abs(value - all[image * 64 * 96 + i]) < 1e-3));
    }
    assert.deepEqual(await engine.logits(pixels, [5, 64, 96, 3]), all);
    model.dispose();
  },
});

Deno.test({
  name: "engines that work at the same time do not disturb each other",
  ignore,
  async fn() {
    const models = ["unet", "pspnet"].map((architecture) =>
      testModel({ architecture: architecture as "unet", encoder: "resnet18" })
    );
    const engines = models.map((model) => Engine.of(model, { type: "float32", winograd: true })!);
    const calls = () =>
      engines.flatMap((engine) =>
        [64, 96, 64].map((side) => engine.logits(testImages([2, side, side, 3]), [2, side, side, 3]))
      );
    const together = await Promise.all(calls());
    for (const [i, call] of calls().entries()) assert.deepEqual(await call, together[i]);
    for (const engine of engines) engine[Symbol.dispose]();
    for (const model of models) model.dispose();
  },
});

Deno.test("networks with other ops have no engine, and a predictor computes them with TensorFlow", async () => {
  const model = testModel({ architecture: "unet", encoder: "efficientnet-b0" });
  assert.equal(Engine.of(model, { type: "float32" }), undefined);
  const image = { width: 64, height: 64, channels: 3, pixels: testImages([64, 64, 3]) };
  const maps = [];
  for (const engine of ["oneDNN", "TensorFlow"] as const) {
    const predictor = new Predictor(model, { engine });
    maps.push((await predictor.predict([image]))[0]);
    predictor.dispose();
  }
  assert.deepEqual(maps[0], maps[1]);
  model.dispose();
});

Deno.test({
  name: "TensorFlow's maps are those of a training: the engine's differ by rounding only",
  ignore,
  async fn() {
    const model = testModel({ architecture: "deeplabv3", encoder: "resnet18" });
    const image = { width: 90, height: 70, channels: 1, pixels: testImages([70, 90]) };
    const maps: Float32Array[] = [];
    for (const options of [{}, { engine: "TensorFlow" }, { frozen: false }] as const) {
      const predictor = new Predictor(model, options);
      maps.push((await predictor.predict([image]))[0]);
      predictor.dispose();
    }
    // Whether a frozen step rounds as one that is not depends on the processor.
    for (const other of [maps[0], maps[2]]) {
      other.forEach((value, i) => assert.ok(Math.abs(value - maps[1][i]) < 1e-5));
    }
    model.dispose();
  },
});
