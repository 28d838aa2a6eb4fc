// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { compile, createModel, runtimeInfo, tf } from "lib";
import { loadStateDict, stateDict } from "lib/nn";
import { needsLossScaling, type Precision, ResourceVariable } from "lib/tensorflow";
import { Optimizer } from "lib/train";
import { CHECKPOINTS, readCheckpoint, saveCheckpoint } from "lib/train/checkpoint.ts";
import type { AlgorithmEntry } from "lib/nn/algorithms/algorithm_table.ts";
import { withAlgorithms } from "lib/nn/algorithms/current_entry.ts";
import { conv2d } from "lib/nn/ops/conv2d.ts";
import { ExecutableMemory } from "lib/machine_code/mod.ts";
import { runsNativeOps } from "lib/native_ops/mod.ts";
import { lossParameters } from "lib/train/losses/losses.ts";
import { trainingStep } from "lib/train/training_step.ts";
import { freshState } from "lib/train/training_state.ts";
import { anyEntry } from "../fixtures/algorithm_entry.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { fixedNormal } from "../tensorflow/finite_differences.ts";

/**
 * A model that learns to tell bright pixels from dark ones, and its compiled step. It is small, as processors convert every
 * number of 16 bit.
 */
function training(precision: Precision, name: "adamw" | "sgd" = "adamw", algorithms?: AlgorithmEntry) {
  const model = createModel({
    architecture: "unet",
    encoder: "resnet18",
    encoderDepth: 2,
    decoderChannels: [16, 16],
    seed: 3,
  });
  const optimizer = new Optimizer(model.weights.trainable(), { name, weightDecay: 1e-3, precision });
  const step = trainingStep(model, optimizer, { loss: "bce", precision, gradientNorm: true, algorithms });
  const images = fixedNormal<tf.Rank.R4>([2, 32, 32, 3], 5);
  const masks = tf.cast(tf.greater(tf.mean(images, 3, true), 0), "float32") as tf.Tensor4D;
  const seed = tf.tensor1d([1, 1], "int32"), parameters = lossParameters("bce");
  let done = 0;
  return {
    model,
    optimizer,
    step,
    /** One step: the loss, and the norm of its gradient. */
    train: async () => {
      const control = optimizer.control(++done, 1e-3);
      const result = await step(images, masks, control, seed, parameters);
      const [loss, norm] = result.dataSync();
      tf.dispose([control, result]);
      return { loss, norm };
    },
    plan: () => step.plan(images, masks, optimizer.control(1, 1e-3), seed, parameters),
    [Symbol.dispose]() {
      step.dispose();
      optimizer.dispose();
      model.dispose();
    },
  };
}

/** A digest of all numbers. */
function digestVariables(variables: Iterable<tf.Tensor>): string {
  const hash = createHash("sha256");
  for (const variable of variables) hash.update(variable.dataSync() as Float32Array);
  return hash.digest("hex");
}

Deno.test("a mixed step multiplies in 16 bit and gives float32", async () => {
  const one = tf.tensor2d([[1]]);
  // The first whole number that the type does not know.
  for (const [precision, value, rounded] of [["mixed-float16", 2049, 2048], ["mixed-bfloat16", 257, 256]] as const) {
    const step = compile((x: tf.Tensor2D) => {
      const product = tf.matMul(x, one);
      // What stays in 16 bit, what comes back, and what never went.
      return [tf.relu(product), tf.add(product, x), tf.add(x, x)];
    }, { precision });
    const results = await step(tf.tensor2d([[value]]));
    assert.deepEqual(results.map((y) => [y.dtype, y.dataSync()[0]]), [
      ["float32", rounded],
      ["float32", rounded + value],
      ["float32", 2 * value],
    ]);
    step.dispose();
  }
});

/** An entry of the table by which the trace of this project chooses what is in bfloat16. */
const native = anyEntry({ bfloat16: "native" });
const largeTiles = [{ algorithm: "tiles4" }];
/** An entry by which tiles compute the gradients in float32: TensorFlow may cast them to 16 bits only once they are complete. */
const tiled = anyEntry({
  mixedGradients: "tiles",
  rules: { forward: [{ algorithm: "tiles2" }], inputGradient: largeTiles, kernelGradient: largeTiles },
});

Deno.test("mixed-precision training follows single precision's, in less memory", async () => {
  using single = training("float32");
  const losses: number[] = [];
  for (let i = 0; i < 4; i++) losses.push((await single.train()).loss);
  assert.ok(losses[3] < 0.9 * losses[0]);
  const cases = [["mixed-bfloat16", 0.03], ["mixed-float16", 0.01], ["mixed", 0.03, native], [
    "mixed",
    0.03,
    tiled,
  ]] as const;
  for (const [precision, bar, entry] of cases) {
    using mixed = training(precision, "adamw", entry);
    for (const expected of losses) {
      const { loss } = await mixed.train();
      assert.ok(Math.abs(loss - expected) < bar * expected, `${precision}: ${loss} instead of ${expected}`);
    }
    // Weights and their gradients, which stay in float32, are most of this small step; tiles need memory of their own.
    if (entry !== tiled) assert.ok(mixed.plan() < single.plan());
  }
});

Deno.test({
  name: "with such an entry `mixed` keeps maps in 16 bits on a processor, and machine code normalises them",
  ignore: runtimeInfo().device !== "CPU",
  fn() {
    const canNormalize = runsNativeOps(), before = ExecutableMemory.count;
    using plain = training("mixed-bfloat16"), kept = training("mixed", "adamw", native);
    const planned = [plain, kept].map(({ plan }) => plan());
    assert.ok(planned[1] < 0.95 * planned[0], `${planned[1]} bytes instead of ${planned[0]}`);
    assert.equal(ExecutableMemory.count > before, canNormalize, "machine code normalises");
  },
});

Deno.test({
  name: "with tiles for gradients `mixed` computes those in float32: they are nearer to single precision's",
  ignore: runtimeInfo().device !== "CPU" || !runsNativeOps(),
  async fn() {
    const x = fixedNormal<tf.Rank.R4>([2, 16, 16, 16], 1), dy = fixedNormal<tf.Rank.R4>([2, 16, 16, 16], 2);
    const kernel = fixedNormal<tf.Rank.R4>([3, 3, 16, 16], 3);
    const gradients = async (precision: Precision, entry: AlgorithmEntry) => {
      const before = ExecutableMemory.count;
      const differentiate = tf.grads((...[x, kernel]) =>
        conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, { padding: 1 })
      );
      const step = compile(() => withAlgorithms({ entry }, () => differentiate([x, kernel], dy)), { precision });
      const found = await step(), isNative = ExecutableMemory.count > before;
      step.dispose();
      return { isNative, numbers: found.map((gradient) => gradient.dataSync()) };
    };
    const single = await gradients("float32", anyEntry());
    for (const [entry, isNative] of [[anyEntry(), false], [tiled, true]] as const) {
      const mixed = await gradients("mixed", entry);
      assert.equal(mixed.isNative, isNative);
      for (const [i, numbers] of single.numbers.entries()) {
        const error = Math.max(...numbers.map((value, j) => Math.abs(value - mixed.numbers[i][j])));
        assert.equal(error < 1e-4 * Math.max(...numbers.map(Math.abs)), isNative, `${error}`);
      }
    }
  },
});

Deno.test("float16 loses what is small, unless the loss is scaled", async () => {
  const weights = new ResourceVariable(tf.tensor2d([[1], [2]]), true);
  const x = fixedNormal<tf.Rank.R2>([8, 2], 3);
  const share = 1e-8;
  const computeGradient = async (scaled: boolean) => {
    const optimizer = new Optimizer([weights], { name: "sgd", precision: "mixed-float16" });
    const { lossScaling } = optimizer;
    const step = compile((x: tf.Tensor2D) => {
      const result = tf.variableGrads(() => {
        const loss = tf.mul(tf.sum(tf.matMul(x, weights as unknown as tf.Tensor2D)), share) as tf.Scalar;
        return scaled ? lossScaling!.scale(loss) : loss;
      }, [weights]);
      return (scaled ? lossScaling!.unscale(result) : result).grads[weights.name];
    }, { precision: "mixed-float16" });
    const gradient = [...(await step(x)).dataSync()];
    step.dispose();
    optimizer.dispose();
    return gradient;
  };
  const expected = tf.mul(tf.sum(x, 0), share).dataSync();
  assert.deepEqual(await computeGradient(false), [0, 0]);
  (await computeGradient(true)).forEach((value, i) => assert.ok(Math.abs(value / expected[i] - 1) < 0.01));
  weights.dispose();
});

Deno.test("a step that overflows changes no weight and halves the scale; after 2,000 without the scale doubles", async () => {
  for (const name of ["adamw", "sgd"] as const) {
    using run = training("mixed-float16", name);
    const [scale, steps] = run.optimizer.lossScaling!.state();
    assert.equal(scale.dataSync()[0], 2 ** 16);
    await run.train();
    assert.deepEqual([scale.dataSync()[0], steps.dataSync()[0]], [2 ** 16, 1]);

    scale.assign(tf.scalar(2 ** 60));
    const state = () => digestVariables([...run.model.weights.trainable(), ...run.optimizer.state().slice(0, -2)]);
    const before = state();
    const { loss, norm } = await run.train();
    assert.ok(loss > 0 && loss < 2, `the loss is ${loss}`);
    assert.equal(norm, 0);
    assert.equal(state(), before);
    assert.deepEqual([scale.dataSync()[0], steps.dataSync()[0]], [2 ** 59, 0]);

    scale.assign(tf.scalar(2 ** 10));
    steps.assign(tf.scalar(1999));
    assert.ok((await run.train()).norm > 0);
    assert.notEqual(state(), before);
    assert.deepEqual([scale.dataSync()[0], steps.dataSync()[0]], [2 ** 11, 0]);

    run.optimizer.reset();
    assert.deepEqual([scale.dataSync()[0], steps.dataSync()[0]], [2 ** 16, 0]);
  }
});

Deno.test("a checkpoint holds the loss's scale", async () => {
  await using folder = await temporaryFolder();
  using run = training("mixed-float16"), other = training("mixed-float16");
  run.optimizer.lossScaling!.state().forEach((variable, i) => variable.assign(tf.scalar([512, 7][i])));
  const state = freshState("a");
  await saveCheckpoint(folder.path, run.model, run.optimizer, state);
  using checkpoint = (await readCheckpoint(join(folder.path, CHECKPOINTS[0]), "a"))!;
  assert.deepEqual(checkpoint.state, state);
  checkpoint.restore(other.model, other.optimizer);
  assert.deepEqual(other.optimizer.lossScaling!.state().map((variable) => variable.dataSync()[0]), [512, 7]);
  loadStateDict(other.model, stateDict(run.model));
  assert.deepEqual(await other.train(), await run.train());
});

Deno.test("only float16 needs its loss scaled", () => {
  const onGpu = runtimeInfo().device === "GPU";
  const needs = (["float32", "mixed", "mixed-bfloat16", "mixed-float16"] as const).map(needsLossScaling);
  assert.deepEqual(needs, [false, onGpu, false, true]);
});
