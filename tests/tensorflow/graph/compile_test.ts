// @tags slow
import assert from "node:assert/strict";
import { getBinding } from "lib/tensorflow/tfjs/backend.ts";
import {
  compile,
  executeOp,
  handleCount,
  randomUniform,
  ResourceVariable,
  runtimeInfo,
  TensorFlowError,
  tf,
  TraceError,
} from "lib/tensorflow/mod.ts";
import { createModel } from "lib/nn/create_model.ts";
import { bceLoss } from "lib/train/losses/bce.ts";
import { lossParameters } from "lib/train/losses/losses.ts";
import { Optimizer } from "lib/train/optimizers.ts";
import { trainingStep } from "lib/train/training_step.ts";
import { fixedNormal } from "../finite_differences.ts";
import { functionNames } from "./function_names.ts";
import { optimizedGraph } from "./optimized_graph.ts";

const seedTensor = (a: number, b: number) => tf.tensor1d([a, b], "int32");

/** Cross-entropy has no parameters. */
const none = lossParameters("bce");

Deno.test("runtimeInfo() names TensorFlow, the device and the threads", () => {
  const { tensorflow, device, threads } = runtimeInfo();
  assert.match(tensorflow, /^2\.\d+\.\d+/);
  assert.ok(device === "CPU" || device === "GPU");
  assert.ok(threads >= 1);
});

Deno.test("compile() runs a function of tensors, and retraces on a new signature", async () => {
  const square = compile((x: tf.Tensor) => tf.square(x));
  assert.deepEqual([...(await square(tf.tensor1d([1, 2]))).dataSync()], [1, 4]);
  assert.deepEqual([...(await square(tf.tensor1d([3, 4]))).dataSync()], [9, 16]);
  assert.equal(square.traces, 1);
  assert.deepEqual([...(await square(tf.tensor1d([5]))).dataSync()], [25]);
  assert.equal(square.traces, 2);
  square.dispose();
});

Deno.test("compile() returns lists, records and nothing", async () => {
  const x = tf.tensor1d([2]);
  const [a, b] = await compile((x: tf.Tensor) => [tf.add(x, 1), x])(x);
  assert.deepEqual([a.dataSync()[0], b.dataSync()[0]], [3, 2]);
  const { double } = await compile((x: tf.Tensor) => ({ double: tf.mul(x, 2) }))(x);
  assert.equal(double.dataSync()[0], 4);
  assert.equal(await compile((_x: tf.Tensor) => {})(x), undefined);
});

Deno.test("compile() updates variables of both kinds, in the order of the code", async () => {
  const inPlace = new ResourceVariable(tf.tensor1d([1]));
  const plain = tf.variable(tf.tensor1d([1]));
  const step = compile((x: tf.Tensor1D) => {
    const before = tf.mul(inPlace, 100);
    inPlace.assign(tf.add(inPlace, x));
    const between = tf.mul(inPlace, 10);
    inPlace.assign(tf.mul(inPlace, 2));
    plain.assign(tf.add(plain, inPlace));
    return [before, between, tf.mul(inPlace, 1)];
  });
  const results = await step(tf.tensor1d([2]));
  assert.deepEqual(results.map((result) => result.dataSync()[0]), [100, 30, 6]);
  assert.equal(inPlace.dataSync()[0], 6);
  assert.equal(plain.dataSync()[0], 7);
  await step(tf.tensor1d([0]));
  assert.equal(inPlace.dataSync()[0], 12);
  assert.equal(plain.dataSync()[0], 19);
});

Deno.test("a tensor read from a variable keeps its value when the variable changes", () => {
  const variable = new ResourceVariable(tf.tensor1d([1, 2]));
  const read = variable.clone();
  variable.assign(tf.tensor1d([3, 4]));
  assert.deepEqual([...read.dataSync()], [1, 2]);
  assert.throws(() => variable.assign(tf.tensor1d([1])), /cannot take a value of \[1\]/);
});

Deno.test("random numbers of a compiled step come from its seed", async () => {
  const draw = compile((seed: tf.Tensor1D) => randomUniform([4], seed));
  const first = (await draw(seedTensor(1, 1))).dataSync();
  assert.notDeepEqual(first, (await draw(seedTensor(1, 2))).dataSync());
  assert.deepEqual(first, (await draw(seedTensor(1, 1))).dataSync());
  assert.deepEqual(first, randomUniform([4], seedTensor(1, 1)).dataSync());
});

const here = import.meta.url.replace(/^file:\/\//, "");

Deno.test("compile() says what cannot be traced, and where", async () => {
  const x = tf.tensor1d([1, 2]);
  const reads = compile((x: tf.Tensor) => tf.tensor1d(x.dataSync() as Float32Array));
  await assert.rejects(reads(x), (error: Error) => error instanceof TraceError && error.message.includes(here));
  const shapes = compile((x: tf.Tensor) => executeOp("Where", [], [tf.greater(x, 1)], 1)[0]);
  await assert.rejects(
    shapes(x),
    (error: Error) =>
      error instanceof TraceError && /Where.*depends on the values/.test(error.message) && error.message.includes(here),
  );
  const draws = compile((x: tf.Tensor) => tf.add(x, tf.randomUniform([2])));
  await assert.rejects(draws(x), /randomUniform\(shape, seed\)/);
  const isAsync = compile((async (x: tf.Tensor) => await x) as unknown as (x: tf.Tensor) => tf.Tensor);
  await assert.rejects(isAsync(x), /is async/);
  let leaked: tf.Tensor | undefined;
  await compile((x: tf.Tensor) => {
    leaked = tf.keep(tf.add(x, 1));
    return x;
  })(x);
  assert.throws(() => tf.add(leaked!, 1), /was traced/);
  // A failed trace leaves the runtime usable.
  assert.equal(tf.add(x, 1).dataSync()[0], 2);
});

Deno.test("a step that cannot be traced leaves no tensor, also within a gradient", async () => {
  const weight = new ResourceVariable(tf.ones([3]));
  const forward = () => tf.mean(tf.sigmoid(tf.square(tf.mul(weight, 2)))) as tf.Scalar;
  const failing = compile(() => {
    tf.variableGrads(() => {
      forward();
      throw new SyntaxError("mine");
    }, [weight]);
  });
  const without = compile(() => {
    tf.variableGrads(() => tf.mean(tf.cast(tf.greater(tf.square(weight), 0), "float32")) as tf.Scalar, [weight]);
  });
  const before = tf.memory().numTensors;
  await assert.rejects(failing(), { name: "SyntaxError", message: "mine" });
  assert.equal(tf.memory().numTensors, before);
  await assert.rejects(without(), /gradient/i);
  assert.equal(tf.memory().numTensors, before);
  // Gradients work afterwards.
  const { value, grads } = tf.variableGrads(forward, [weight]);
  assert.ok(Object.values(grads)[0].dataSync().every((each) => each > 0));
  tf.dispose([value, ...Object.values(grads)]);
  weight.dispose();
});

Deno.test("errors carry the op, its input shapes and TensorFlow's message", async () => {
  const attributes: Parameters<typeof executeOp>[1] = [];
  assert.throws(
    () => executeOp("MatMul", attributes, [tf.zeros([2, 2]), tf.zeros([3, 3])], 1),
    (error: Error) =>
      error instanceof TensorFlowError && error.op === "MatMul" &&
      /\[2,2\] float32, \[3,3\].*size-incompatible/.test(error.message),
  );
  const step = compile((a: tf.Tensor, b: tf.Tensor) => executeOp("MatMul", attributes, [a, b], 1)[0]);
  await assert.rejects(step(tf.zeros([2, 2]), tf.zeros([3, 3])), /MatMul\(\[2,2\] float32, \[3,3\] float32\)/);
  const fails = compile((x: tf.Tensor) =>
    executeOp("CheckNumerics", [{ name: "message", type: 0, value: "not finite" }], [x], 1)[0]
  );
  await assert.rejects(fails(tf.tensor1d([1 / 0])), /not finite/);
});

Deno.test("a compiled step runs off the event loop", async () => {
  const x = fixedNormal([800, 800]) as tf.Tensor2D;
  /** How often the event loop turned while so many products were made. */
  const turnsDuring = async (products: number) => {
    const heavy = compile((x: tf.Tensor2D) => {
      let y = x;
      for (let i = 0; i < products; i++) y = tf.mul(tf.matMul(y, x), 1e-3);
      return y;
    });
    (await heavy(x)).dispose();
    let turns = 0, running = true;
    const turning = (async () => {
      while (running) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        turns++;
      }
    })();
    (await heavy(x)).dispose();
    running = false;
    await turning;
    heavy.dispose();
    return turns;
  };
  // However fast the processor is, enough products take longer than a few turns.
  let turns = 0;
  for (let products = 40; turns < 3 && products <= 2560; products *= 4) turns = await turnsDuring(products);
  assert.ok(turns >= 3, `the event loop turned ${turns} times`);
});

Deno.test("mixed precision gives nearly the same numbers", async () => {
  const f = (x: tf.Tensor2D) => tf.sum(tf.relu(tf.matMul(x, x)), 1);
  const x = fixedNormal([64, 64]) as tf.Tensor2D;
  const exact = f(x);
  const close = (y: tf.Tensor, bar: number) => {
    const error = tf.div(tf.norm(tf.sub(y, exact)), tf.norm(exact)).dataSync()[0];
    assert.ok(error <= bar, `off by ${error}`);
  };
  close(await compile(f)(x), 1e-6);
  close(await compile(f, { precision: "mixed" })(x), 2e-2);
});

const onGpu = runtimeInfo().device === "GPU";

function smallTraining() {
  const model = createModel({ architecture: "unet", encoder: "resnet18", seed: 3 });
  const optimizer = new Optimizer(model.weights.trainable(), { name: "adamw", weightDecay: 1e-3 });
  const images = fixedNormal<tf.Rank.R4>([4, 64, 64, 3], 5);
  const masks = tf.tidy(() => tf.cast(tf.greater(fixedNormal([4, 64, 64, 1], 6), 0.5), "float32")) as tf.Tensor4D;
  return { model, optimizer, images, masks };
}

function copyWeights(model: ReturnType<typeof createModel>): Float32Array[] {
  return [...model.weights].map(({ variable }) => variable!.dataSync() as Float32Array);
}

Deno.test(`a compiled step gives what the eager ops give: loss, gradients and weights${onGpu ? "" : ", bit for bit"}`, async () => {
  const compiled = smallTraining(), eager = smallTraining();
  const step = trainingStep(compiled.model, compiled.optimizer, { loss: "bce", precision: "float32" });
  const losses: number[] = [], eagerLosses: number[] = [];
  for (let i = 1; i <= 3; i++) {
    const control = compiled.optimizer.control(i, 1e-3);
    losses.push((await step(compiled.images, compiled.masks, control, seedTensor(1, i), none)).dataSync()[0]);
    const loss = tf.tidy(() => {
      const { value, grads } = tf.variableGrads(
        () => bceLoss(eager.model.forward(eager.images, { training: true }), eager.masks),
        [...eager.optimizer.variables],
      );
      eager.optimizer.apply(grads, control);
      return value;
    });
    eagerLosses.push(loss.dataSync()[0]);
  }
  if (onGpu) {
    // A compiled step changes the layout on a GPU, and cuDNN chooses other algorithms for it.
    return losses.forEach((loss, i) =>
      assert.ok(Math.abs(loss / eagerLosses[i] - 1) < 2e-3, `${losses} ${eagerLosses}`)
    );
  }
  assert.deepEqual(losses, eagerLosses);
  const expected = copyWeights(eager.model);
  copyWeights(compiled.model).forEach((weight, i) => assert.deepEqual(weight, expected[i]));
});

Deno.test("inference is equal bit for bit too, and nearly so where TensorFlow merges ops (fuse)", async () => {
  const { model, images } = smallTraining();
  const eager = tf.tidy(() => model.forward(images));
  const forward = (x: tf.Tensor4D) => model.forward(x);
  // Whether rounding shows that ops were merged depends on the processor; the optimised graph always shows it.
  const merged = /_(MklNative)?Fused(Conv2D|BatchNormEx)/;
  const plain = await optimizedGraph(() => compile(forward)(images));
  assert.deepEqual(plain.result.dataSync(), eager.dataSync());
  assert.doesNotMatch(plain.graph, merged);
  assert.match(plain.graph, /FusedBatchNormV3/);
  const fused = await optimizedGraph(() => compile(forward, { fuse: true })(images));
  assert.match(fused.graph, merged);
  const error = tf.div(tf.norm(tf.sub(fused.result, eager)), tf.norm(eager)).dataSync()[0];
  assert.ok(error < 1e-5, `off by ${error}`);
});

Deno.test("fuse lets TensorFlow reorder a sum, on every processor; without it the sum stays as it is written", async () => {
  const sum = (a: tf.Tensor1D, b: tf.Tensor1D, c: tf.Tensor1D) => tf.add(a, tf.add(b, c));
  const terms = [[1e8, 1e8], [-1e8, -1e8], [1, 1]].map((values) => tf.tensor1d(values)) as [
    tf.Tensor1D,
    tf.Tensor1D,
    tf.Tensor1D,
  ];
  assert.deepEqual([...sum(...terms).dataSync()], [0, 0]);
  assert.deepEqual([...(await compile(sum)(...terms)).dataSync()], [0, 0]);
  assert.deepEqual([...(await compile(sum, { fuse: true })(...terms)).dataSync()], [1, 1]);
});

Deno.test("two runs of compiled training are equal bit for bit, and leave no handle behind", async () => {
  const train = async () => {
    const { model, optimizer, images, masks } = smallTraining();
    const step = trainingStep(model, optimizer, { loss: "bce", precision: "float32" });
    const losses: number[] = [];
    for (let i = 1; i <= 5; i++) {
      const control = optimizer.control(i, 1e-3);
      const seed = seedTensor(1, i);
      const loss = await step(images, masks, control, seed, none);
      losses.push(loss.dataSync()[0]);
      tf.dispose([loss, control, seed]);
    }
    const weights = copyWeights(model);
    step.dispose();
    optimizer.dispose();
    model.dispose();
    tf.dispose([images, masks]);
    return { losses, weights };
  };
  const first = await train();
  const before = handleCount();
  const second = await train();
  assert.deepEqual(handleCount(), before);
  assert.deepEqual(first.losses, second.losses);
  first.weights.forEach((weight, i) => assert.deepEqual(weight, second.weights[i]));
});

Deno.test("each training step is one TFE_Execute, without Session, Python or the JavaScript backend", async () => {
  const { model, optimizer, images, masks } = smallTraining();
  const step = trainingStep(model, optimizer, { loss: "bce", precision: "float32" });
  const controls = [1, 2, 3].map((i) => optimizer.control(i, 1e-3));
  const seed = seedTensor(1, 1);
  (await step(images, masks, controls[0], seed, none)).dispose();
  const before = getBinding().executions;
  for (const control of controls.slice(1)) (await step(images, masks, control, seed, none)).dispose();
  assert.equal(getBinding().executions - before, 2);
  assert.equal(tf.getBackend(), "tensorflow");
  assert.equal(tf.findBackend("cpu"), null);
  if (Deno.build.os === "linux") {
    const maps = Deno.readTextFileSync("/proc/self/maps");
    assert.ok(!/libpython/.test(maps));
    const children = Deno.readTextFileSync(`/proc/self/task/${Deno.pid}/children`).trim();
    assert.ok(
      children.split(" ").filter(Boolean).every((pid) =>
        !Deno.readTextFileSync(`/proc/${pid}/comm`).startsWith("python")
      ),
    );
  }
  // The runtime does not even name the Session functions of the C API.
  const runtime = new URL("../../../lib/tensorflow/", import.meta.url);
  const files = ["ffi", "tfjs", "graph"].flatMap((folder) =>
    [...Deno.readDirSync(new URL(folder, runtime))].map(({ name }) => `${folder}/${name}`)
  );
  assert.ok(files.length > 30);
  for (const file of files) {
    assert.ok(!/TF_(New|Load)?Session/.test(Deno.readTextFileSync(new URL(file, runtime))), file);
  }
});

Deno.test("1,000 steps leave the handle count unchanged", async () => {
  const weights = new ResourceVariable(fixedNormal([16, 16]));
  const optimizer = new Optimizer([weights], { name: "adam" });
  const x = fixedNormal<tf.Rank.R2>([8, 16]);
  const step = compile((x: tf.Tensor2D, control: tf.Tensor1D) => {
    const { value, grads } = tf.variableGrads(
      () => tf.mean(tf.square(tf.matMul(x, weights as unknown as tf.Tensor2D))) as tf.Scalar,
      [weights],
    );
    optimizer.apply({ [weights.name]: grads[weights.name] }, control);
    return value;
  });
  const once = async (i: number) => {
    const control = optimizer.control(i, 1e-3);
    const loss = await step(x, control);
    const value = loss.dataSync()[0];
    tf.dispose([loss, control]);
    return value;
  };
  const first = await once(1);
  const before = handleCount();
  let last = first;
  for (let i = 2; i <= 1001; i++) last = await once(i);
  assert.deepEqual(handleCount(), before);
  assert.ok(last < first);
});

Deno.test("a step with a limit frees the signatures that were called longest ago, and none that is running", async () => {
  const factor = tf.scalar(2);
  const twice = compile((x: tf.Tensor) => tf.mul(x, factor), { maxSignatures: 3, sequential: true });
  const call = async (length: number) => {
    const x = tf.fill([length], length), y = await twice(x);
    assert.deepEqual([...y.dataSync()], new Array(length).fill(2 * length));
    tf.dispose([x, y]);
  };
  await call(1);
  for (let length = 1; length <= 3; length++) await call(length);
  const before = handleCount();
  for (let length = 1; length <= 60; length++) await call(length);
  assert.equal(twice.traces, 3);
  assert.deepEqual(handleCount(), before);
  // All at once: each has to stay until it returned.
  await Promise.all(Array.from({ length: 8 }, (_, i) => call(100 + i)));
  await call(200);
  assert.equal(twice.traces, 3);
  twice.dispose();
  factor.dispose();
});

Deno.test("a step that is disposed of while it runs ends its call first", async () => {
  const square = compile((x: tf.Tensor) => x.square());
  const calls = [1, 2, 3].map((value) => square(tf.tensor1d([value])));
  square.dispose();
  const results = await Promise.all(calls);
  assert.deepEqual(results.map((result) => result.dataSync()[0]), [1, 4, 9]);
  assert.equal(square.traces, 0);
  square.dispose();
  tf.dispose(results);
});

Deno.test("calls at once may compile more than is kept, and leave no more than that", async () => {
  const twice = compile((x: tf.Tensor) => tf.mul(x, 2), { maxSignatures: 2 });
  const inputs = [1, 2, 3, 4].map((length) => tf.ones([length]));
  const running = inputs.map((input) => twice(input));
  assert.equal(twice.traces, 4);
  const results = await Promise.all(running);
  assert.equal(twice.traces, 2);
  assert.deepEqual(results.map((result) => result.size), [1, 2, 3, 4]);
  tf.dispose([inputs, results]);
  twice.dispose();
});

Deno.test("steps that XLA compiles share a function if they are equal, and only then", async () => {
  const large = (seed: number) => tf.randomUniform([100], 0, 1, "float32", seed);
  const make = (constant: tf.Tensor) => {
    const values = constant.dataSync();
    return compile((x: tf.Tensor) => tf.add(tf.mul(x, tf.tensor1d(values)), 1), { xla: true, name: "line" });
  };
  const one = large(1), x = tf.ones([100]);
  const [first, equal, other] = [make(one), make(one), make(large(2))];
  const run = async (step: typeof first) => [...(await step(x)).dataSync()];
  const expected = [...tf.add(one, 1).dataSync()];
  const { names } = await functionNames(async () => {
    assert.deepEqual(await run(first), expected);
    assert.deepEqual(await run(equal), expected);
    assert.notDeepEqual(await run(other), expected, "another constant of the same shape");
  });
  assert.match(names[0], /^line_[0-9a-f]{64}$/);
  assert.equal(names[1], names[0]);
  assert.notEqual(names[2], names[0]);
  first.dispose();
  assert.deepEqual(await run(equal), expected, "the function serves the other step still");
  equal.dispose();
  assert.deepEqual(await run(make(one)), expected, "a new step after the last was freed");
});
