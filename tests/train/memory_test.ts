// @tags slow
import assert from "node:assert/strict";
import { ARCHITECTURES, createModel, registryNames, tf } from "lib";
import { hasOneDnn } from "lib/nn/ops/dilated_gradients.ts";
import { DIRECT } from "lib/nn/algorithms/algorithm_table.ts";
import { largestBatch, Optimizer, trainingMemory } from "lib/train";
import { lossParameters } from "lib/train/losses/losses.ts";
import { trainingStep } from "lib/train/training_step.ts";
import { fixedNormal } from "../tensorflow/finite_differences.ts";

const model = { architecture: "unet", encoder: "resnet18" } as const;

Deno.test("trainingMemory() counts weights and optimiser exactly, and what grows with the images", () => {
  const built = createModel(model);
  const trained = built.weights.trainable().reduce((sum, { size }) => sum + size, 0);
  const all = [...built.weights].reduce((sum, { variable }) => sum + (variable?.size ?? 0), 0);
  built.dispose();
  const adam = trainingMemory(model, { cropSize: 64 });
  assert.equal(adam.state, 4 * (all + 2 * trained));
  assert.equal(trainingMemory(model, { cropSize: 64, optimizer: "sgd" }).state, 4 * (all + trained));
  const large = trainingMemory(model, { cropSize: 128 });
  assert.ok(Math.abs(large.perImage / adam.perImage - 4) < 0.4, `${large.perImage / adam.perImage} times`);
});

Deno.test("trainingMemory() knows that 16 bit takes less, and `mixed` is float16 on a GPU", () => {
  const bytes = (["float32", "mixed", "mixed-float16", "mixed-bfloat16"] as const).map((precision) =>
    trainingMemory(model, { cropSize: 128, precision }).perImage
  );
  assert.ok(bytes[1] < bytes[0]);
  assert.deepEqual(bytes[1], bytes[2]);
  assert.ok(Math.abs(bytes[3] / bytes[2] - 1) < 0.02);
});

Deno.test("largestBatch() names batches that fitted on a GPU, and at most a third smaller ones", async () => {
  const path = new URL("../../results/bench/gpu-memory.json", import.meta.url);
  const { results } = JSON.parse(await Deno.readTextFile(path));
  for (const { architecture, encoder, precision, cropSize, limitMebibytes, fits } of results) {
    const memory = trainingMemory({ architecture, encoder }, { cropSize, precision });
    const batch = largestBatch(memory, limitMebibytes * 2 ** 20, 0);
    assert.ok(
      batch <= fits && batch >= fits / 1.5,
      `${architecture} ${encoder} ${precision} ${cropSize}: ${batch} for ${fits}`,
    );
  }
});

Deno.test("largestBatch() fills the card, and knows when nothing fits", () => {
  const memory = { state: 100, fixed: 50, perImage: 10 };
  assert.equal(largestBatch(memory, 200, 0), 5);
  assert.equal(largestBatch(memory, 209, 0), 5);
  assert.equal(largestBatch(memory, 100, 0), 0);
});

const withOneDnn = { ignore: !hasOneDnn() };

// Without oneDNN a processor has no gradients of the dilated convolutions of a GPU.
Deno.test("a step that is traced for a GPU computes what one for a CPU does, by other ops", withOneDnn, async () => {
  const images = fixedNormal<tf.Rank.R4>([2, 64, 64, 3], 5);
  const masks = tf.cast(tf.greater(tf.mean(images, 3, true), 0), "float32") as tf.Tensor4D;
  const seed = tf.tensor1d([1, 1], "int32"), parameters = lossParameters("bce");
  for (const architecture of registryNames(ARCHITECTURES)) {
    const losses: number[] = [], nodes: number[] = [];
    for (const device of ["CPU", "GPU"] as const) {
      const built = createModel({ architecture, encoder: "resnet18", seed: 3 });
      const optimizer = new Optimizer(built.weights.trainable(), { name: "sgd" });
      // Other algorithms of a processor round otherwise: before a ReLU, that turns signs.
      const step = trainingStep(built, optimizer, { loss: "bce", precision: "float32", device, algorithms: DIRECT });
      const control = optimizer.control(1, 0.1);
      // The second step's loss shows the first one's gradients.
      for (let i = 0; i < 2; i++) losses.push((await step(images, masks, control, seed, parameters)).dataSync()[0]);
      nodes.push(step.nodes);
      step.dispose();
      optimizer.dispose();
      built.dispose();
    }
    const [first, second, gpuFirst, gpuSecond] = losses;
    assert.ok(Math.abs(gpuFirst / first - 1) < 1e-5 && Math.abs(gpuSecond / second - 1) < 1e-4, `${losses}`);
    assert.notEqual(second, first);
    if (architecture === "unet") assert.notEqual(nodes[0], nodes[1]);
  }
});
