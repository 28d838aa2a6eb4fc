import assert from "node:assert/strict";
import {
  compile,
  executeOp,
  handleCount,
  ResourceVariable,
  runtimeInfo,
  tf,
  typeAttribute,
} from "lib/tensorflow/mod.ts";
import { KernelCopies } from "lib/tensorflow/graph/kernel_copies.ts";
import { Trace } from "lib/tensorflow/graph/trace.ts";
import { getBinding } from "lib/tensorflow/tfjs/backend.ts";
import { biasAdd } from "lib/nn/ops/bias_add.ts";
import { conv2d } from "lib/nn/ops/conv2d.ts";
import { hasOneDnn } from "lib/nn/ops/dilated_gradients.ts";
import { relu } from "lib/nn/ops/relu.ts";
import { relu6 } from "lib/nn/ops/relu6.ts";
import { fixedNormal } from "../finite_differences.ts";

/** A GPU, and a processor without AVX2 or without oneDNN, run a frozen step like any other. */
const ignore = runtimeInfo().device !== "CPU" || runtimeInfo().vectorWidth < 8 || !hasOneDnn();

const asVariable = (shape: number[], seed: number) => new ResourceVariable(fixedNormal(shape, seed));
const kernel = asVariable([3, 3, 4, 4], 1), other = asVariable([3, 3, 4, 4], 2), bias = asVariable([4], 3);
const weights = kernel as unknown as tf.Tensor4D, second = other as unknown as tf.Tensor4D;
const shift = bias as unknown as tf.Tensor1D;
const x = fixedNormal([2, 8, 8, 4], 4) as tf.Tensor4D;
const convolved = (x: tf.Tensor4D, kernel = weights) => biasAdd(conv2d(x, kernel, { padding: 1 }), shift);

/** Runs a step, and returns the values and the ops of the graph that were combined with a convolution. */
async function run(step: (x: tf.Tensor4D) => tf.Tensor, frozen: boolean, precision: "float32" | "mixed" = "float32") {
  const fused: string[] = [], { finish } = Trace.prototype;
  Trace.prototype.finish = function (ids) {
    // Ops that a later one has absorbed are still in the graph, but nothing reads them.
    const read = new Set([...this.ops.flatMap(({ inputs }) => inputs), ...ids.map((id) => `${nodeOf(id)}`)]);
    fused.push(...this.ops.filter(({ outputs }) => read.has(outputs[0]?.name)).map(({ op }) => op));
    return finish.call(this, ids);
  };
  const compiled = compile(step, { frozen, fuse: true, precision });
  try {
    const y = await compiled(x);
    return { values: [...y.dataSync()], ops: fused };
  } finally {
    Trace.prototype.finish = finish;
    compiled.dispose();
  }
}

function nodeOf(id: number): string {
  const { operation, index } = getBinding().entry(id).node!;
  return `${operation}:${index}`;
}

const CASES: Record<string, (x: tf.Tensor4D) => tf.Tensor> = {
  "a convolution": (x) => conv2d(x, weights, { padding: 1 }),
  "with a bias": (x) => convolved(x),
  "and ReLU": (x) => relu(convolved(x)),
  "and ReLU6": (x) => relu6(convolved(x)),
  "and a sum": (x) => tf.add(convolved(x), x),
  "and a sum in the other order, and ReLU": (x) => relu(tf.add(x, convolved(x))),
  "with a stride and padding": (x) => relu(biasAdd(conv2d(x, weights, { padding: 1, stride: 2 }), shift)),
  "padded by more than zeros": (x) => conv2d(tf.pad4d(x, [[0, 0], [1, 1], [1, 1], [0, 0]], 3), weights),
  "whose result is read twice": (x) => {
    const y = convolved(x);
    return tf.add(relu(y), tf.mul(y, 2));
  },
  "plus another one": (x) => relu(tf.add(convolved(x), convolved(x, second))),
  "plus one number per channel": (x) => relu(tf.add(convolved(x), shift)),
  "plus itself": (x) => {
    const y = convolved(x);
    return tf.add(y, y);
  },
  "of a kernel that the step computes": (x) => conv2d(x, tf.mul(weights, 2), { padding: 1 }),
  "of a kernel that depends on the argument": (x) => conv2d(x, tf.mul(weights, tf.mean(x)), { padding: 1 }),
};

for (const [name, step] of Object.entries(CASES)) {
  Deno.test(`a frozen step computes the same: ${name}`, async () => {
    const plain = await run(step, false), frozen = await run(step, true);
    plain.values.forEach((value, i) => assert.ok(Math.abs(value - frozen.values[i]) <= 2e-6 * (1 + Math.abs(value))));
    const half = await run(step, true, "mixed");
    plain.values.forEach((value, i) => assert.ok(Math.abs(value - half.values[i]) <= 0.05 * (5 + Math.abs(value))));
  });
}

Deno.test("a frozen step combines padding, bias, sum and activation with the convolution", { ignore }, async () => {
  const { ops } = await run(CASES["and a sum in the other order, and ReLU"], true);
  assert.deepEqual(ops, ["_MklNativeFusedConv2D"]);
  assert.deepEqual((await run(CASES["with a stride and padding"], true)).ops, ["_MklNativeFusedConv2D"]);
  const padded = await run(CASES["padded by more than zeros"], true);
  assert.deepEqual(padded.ops, ["PadV2", "_MklNativeConv2D"]);
});

Deno.test("the runtime knows which ops have a kernel", () => {
  const { context } = getBinding();
  assert.ok(context.hasKernel("Conv2D"));
  assert.ok(!context.hasKernel("NoSuchOp"));
});

Deno.test(
  "each signature of a frozen step keeps the values that variables had at its first call",
  { ignore },
  async () => {
    const kernel = asVariable([1, 1, 4, 1], 5);
    const step = compile((x: tf.Tensor4D) => conv2d(x, tf.mul(kernel, 2) as tf.Tensor4D), { frozen: true, fuse: true });
    const before = [...(await step(x)).dataSync()];
    const writes = kernel.writes;
    kernel.assign(tf.zeros([1, 1, 4, 1]));
    assert.equal(kernel.writes, writes + 1);
    assert.deepEqual([...(await step(x)).dataSync()], before);
    const part = tf.slice(x, [0, 0, 0, 0], [1, 8, 8, 4]) as tf.Tensor4D;
    assert.ok((await step(part)).dataSync().every((value) => value === 0));
    assert.deepEqual([...(await step(x)).dataSync()], before);
    step.dispose();
    assert.ok((await step(x)).dataSync().every((value) => value === 0));
    step.dispose();
  },
);

Deno.test("a compiled step counts its writes of a variable", async () => {
  const variable = asVariable([2], 6);
  const step = compile((by: tf.Tensor) => variable.assign(tf.add(variable, by)));
  const { writes } = variable;
  await step(tf.scalar(1));
  await step(tf.scalar(1));
  assert.equal(variable.writes, writes + 2);
  step.dispose();
});

Deno.test(
  "the values of a frozen step are computed once for all signatures, and freed with the last one",
  { ignore },
  async () => {
    const { handles } = handleCount();
    const step = compile((x: tf.Tensor4D) => conv2d(x, tf.mul(weights, 3), { padding: 1 }), {
      frozen: true,
      fuse: true,
      // In 16 bits, a step is frozen only with AVX-512.
      precision: runtimeInfo().vectorWidth >= 16 ? "mixed" : "float32",
      maxSignatures: 2,
    });
    const counts: number[] = [];
    for (const side of [8, 6, 4, 8, 6]) {
      const part = tf.slice(x, [0, 0, 0, 0], [1, side, side, 4]) as tf.Tensor4D;
      (await step(part)).dispose();
      part.dispose();
      counts.push(handleCount().handles - handles);
    }
    assert.ok(counts[0] > 0 && counts.every((count) => count === counts[0]), `${counts}`);
    step.dispose();
    assert.equal(handleCount().handles, handles);
  },
);

Deno.test("oneDNN's copies of kernels have a limit, unless the first one takes more", () => {
  const copies = new KernelCopies(100);
  assert.ok(copies.reserve(60) && copies.reserve(40));
  assert.ok(!copies.reserve(1));
  copies.release(40);
  assert.ok(copies.reserve(1));
  assert.ok(new KernelCopies(100).reserve(200));
});

Deno.test("a convolution computes the same without a copy of its kernel", { ignore }, async () => {
  const { reserve } = KernelCopies.prototype;
  const [step] = Object.values(CASES), { values } = await run(step, true);
  KernelCopies.prototype.reserve = () => false;
  try {
    assert.deepEqual((await run(step, true)).values, values);
  } finally {
    KernelCopies.prototype.reserve = reserve;
  }
});

Deno.test("a frozen step refuses what a step refuses", async () => {
  const attributes = [typeAttribute("dtype", "float32"), typeAttribute("T", "int32")];
  const random = compile(() => executeOp("RandomUniform", attributes, [tf.tensor1d([2], "int32")], 1)[0], {
    frozen: true,
  });
  await assert.rejects(random(), /RandomUniform draws from a random state/);
});
