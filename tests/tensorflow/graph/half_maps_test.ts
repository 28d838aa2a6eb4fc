import assert from "node:assert/strict";
import { compile, isHalf, tensorId, tf, toHalf } from "lib/tensorflow";
import { adaptiveAveragePool } from "lib/nn/ops/adaptive_average_pool.ts";
import { conv2d } from "lib/nn/ops/conv2d.ts";
import { dropout } from "lib/nn/ops/dropout.ts";
import { resizeBilinear } from "lib/nn/ops/resize_bilinear.ts";
import { getBinding } from "lib/tensorflow/tfjs/backend.ts";

type T4 = tf.Tensor4D;

const x = tf.ones([1, 4, 4, 2]) as T4, one = tf.ones([1, 1, 2, 2]) as T4, mask = tf.ones([1, 1, 1, 2]) as T4;

/** Returns the names of what a step computes in 16 bits, of a map that is in them and of one that is not. */
function inHalf(halfMaps: boolean): string[] {
  const found: string[] = [];
  const step = compile((x: T4, one: T4, mask: T4) => {
    const map = conv2d(x, one), double = { factor: 2 };
    const pooled = (of: tf.Tensor) => tf.grad((x: tf.Tensor) => adaptiveAveragePool(x as T4, 1))(of, mask);
    const results: Record<string, tf.Tensor> = {
      map,
      sum: tf.add(map, map),
      part: tf.split(map, 2, 3)[0],
      stack: tf.stack([map, map]),
      resized: resizeBilinear(map, double),
      dropped: dropout(map, 0.5, mask),
      gradient: pooled(map),
      rounded: toHalf(tf.add(x, 1), isHalf(map)),
      "a sum with x": tf.add(map, x),
      "x resized": resizeBilinear(x, double),
      "x dropped": dropout(x, 0.5, mask),
      "a gradient by x": pooled(x),
    };
    const trace = getBinding().trace!;
    for (const [name, result] of Object.entries(results)) if (trace.isHalf(tensorId(result))) found.push(name);
    return Object.values(results);
  }, { precision: "mixed-bfloat16", halfMaps });
  step.plan(x, one, mask);
  step.dispose();
  return found;
}

Deno.test("a step keeps maps in 16 bits if it says so, and rounds no others", () => {
  assert.deepEqual(inHalf(false), ["map"]);
  const kept = ["map", "sum", "part", "stack", "resized", "dropped", "gradient", "rounded"];
  assert.deepEqual(inHalf(true), kept);
});

Deno.test("what is rounded to 16 bits keeps its gradient", async () => {
  const step = compile((x: T4, one: T4) => {
    const loss = (x: tf.Tensor) => tf.sum(tf.mul(toHalf(tf.mul(x, 257), isHalf(conv2d(x as T4, one))), 3));
    return [loss(x), tf.grad(loss)(x)];
  }, { precision: "mixed-bfloat16", halfMaps: true });
  const [sum, gradient] = await step(x, one);
  assert.equal(sum.dataSync()[0], 3 * 32 * 256);
  assert.deepEqual([...new Set(gradient.dataSync())], [3 * 257]);
  tf.dispose([sum, gradient]);
  step.dispose();
});
