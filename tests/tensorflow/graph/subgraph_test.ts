import assert from "node:assert/strict";
import { compile, controlDependency, subgraph, tf, TraceError } from "lib/tensorflow/mod.ts";
import { fixedNormal } from "../finite_differences.ts";

/** A part of several ops that counts how often it is traced or run. */
function part(name: string) {
  let calls = 0;
  const body = (x: tf.Tensor, y: tf.Tensor) => {
    calls++;
    return tf.tanh(tf.add(tf.mul(x, y), tf.tensor1d([1, 2, 3])));
  };
  return { run: (x: tf.Tensor, y: tf.Tensor) => subgraph(name, [x, y], body), calls: () => calls };
}

Deno.test("subgraph() computes the same within a compiled step as outside, bit for bit", async () => {
  const { run } = part("same");
  const x = fixedNormal([4, 3]), y = fixedNormal([4, 3], 1);
  const step = compile((x: tf.Tensor, y: tf.Tensor) => run(run(x, y), y));
  assert.deepEqual([...(await step(x, y)).dataSync()], [...run(run(x, y), y).dataSync()]);
  step.dispose();
});

Deno.test("subgraph() traces a part once for each shape, whatever steps call it", async () => {
  const { run, calls } = part("once");
  const steps = [1, 2].map(() => compile((x: tf.Tensor) => run(run(run(x, x), x), x)));
  for (const step of steps) (await step(fixedNormal([4, 3]))).dispose();
  assert.equal(calls(), 1);
  // An argument, three calls, nothing else.
  assert.equal(steps[1].nodes, 4);
  (await steps[0](fixedNormal([5, 3]))).dispose();
  assert.equal(calls(), 2);
  for (const step of steps) step.dispose();
});

Deno.test("subgraph() tells the memory plan what a part takes while it runs", () => {
  const wide = (x: tf.Tensor) => tf.sum(tf.tile(x, [1000]));
  const inside = compile((x: tf.Tensor) => subgraph("wide", [x], wide)), whole = compile(wide);
  const x = tf.ones([1000]);
  assert.ok(inside.plan(x) >= 4e6);
  assert.equal(inside.plan(x), whole.plan(x));
  inside.dispose();
  whole.dispose();
});

Deno.test("subgraph() refuses a part that reads what is not among its inputs", async () => {
  const outside = tf.add(tf.scalar(1), 1);
  const step = compile((x: tf.Tensor) => subgraph("outside", [x], (x) => tf.mul(x, outside)));
  await assert.rejects(step(tf.scalar(1)), (error) => error instanceof TraceError && /outside/.test(error.message));
  const inner = compile((x: tf.Tensor) => {
    const doubled = tf.mul(x, 2);
    return subgraph("inner", [x], (x) => tf.mul(x, doubled));
  });
  await assert.rejects(inner(tf.scalar(1)), TraceError);
  // What failed leaves nothing behind.
  const fine = compile((x: tf.Tensor) => subgraph("outside", [x], (x) => tf.mul(x, x)));
  assert.equal((await fine(tf.scalar(3))).dataSync()[0], 9);
});

Deno.test("small constants that are equal are one node of a compiled step", async () => {
  const step = compile((x: tf.Tensor) => tf.addN([1, 2, 3, 4].map(() => tf.mul(x, tf.tensor1d([2, 3])))));
  assert.deepEqual([...(await step(tf.tensor1d([1, 1]))).dataSync()], [8, 12]);
  // An argument, a constant, four products, their sum.
  assert.equal(step.nodes, 7);
  step.dispose();
});

Deno.test("controlDependency() passes a tensor on, within a compiled step once another one is there", async () => {
  const x = fixedNormal([3]), y = fixedNormal([3], 1);
  assert.equal(controlDependency(x, y), x);
  const step = compile((x: tf.Tensor, y: tf.Tensor) => controlDependency(x, tf.square(y)));
  assert.deepEqual([...(await step(x, y)).dataSync()], [...x.dataSync()]);
  // Two arguments, the square, the wait.
  assert.equal(step.nodes, 4);
  step.dispose();
});
