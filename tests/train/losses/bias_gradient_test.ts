import assert from "node:assert/strict";
import { Random } from "lib/math/random.ts";
import { biasAdd } from "lib/nn/ops/bias_add.ts";
import { tf } from "lib/tensorflow/mod.ts";
import { bceLoss } from "lib/train/losses/bce.ts";

Deno.test("the gradient of a head's bias has no error of one sign: BCE's mean gradient is that of float64", () => {
  // PyTorch 2.13's sigmoid in float32 errs by up to 1.6e-10 in these means; TensorFlow's by 1.8e-8 for the first.
  for (const [spread, shift] of [[0.3, 0], [2, 0], [2, -2]]) {
    const random = new Random(3, 7), count = 4 * 96 * 96;
    const logits = Float32Array.from({ length: count }, () => spread * random.normal() + shift);
    const targets = Float32Array.from(logits, (x) => Number(random.next() < 1 / (1 + Math.exp(-x))));
    const exact = logits.reduce((sum, x, i) => sum + 1 / (1 + Math.exp(-x)) - targets[i], 0) / count;
    const gradient = tf.grad((x: tf.Tensor) => bceLoss(x, tf.tensor1d(targets)))(tf.tensor1d(logits)).dataSync();
    const found = Array.from(gradient).reduce((sum, value) => sum + value, 0);
    assert.ok(Math.abs(found - exact) < 2e-9, `spread ${spread}, shift ${shift}: off by ${found - exact}`);
  }
});

Deno.test("the gradient of a bias sums many pixels of several channels accurately", () => {
  const [batch, side, channels] = [4, 128, 3], random = new Random(5, 7);
  const values = Float32Array.from({ length: batch * side * side * channels }, () => random.normal() + 0.1);
  const exact = [0, 0, 0], size = [0, 0, 0];
  values.forEach((value, i) => {
    exact[i % channels] += value;
    size[i % channels] += Math.abs(value);
  });
  const dy = tf.tensor4d(values, [batch, side, side, channels]);
  const weighted = (bias: tf.Tensor) => tf.sum(tf.mul(biasAdd(tf.zerosLike(dy), bias as tf.Tensor1D), dy)) as tf.Scalar;
  const found = tf.grad(weighted)(tf.zeros([channels])).dataSync();
  exact.forEach((sum, c) => assert.ok(Math.abs(found[c] - sum) < 1e-7 * size[c], `channel ${c}: ${found[c]}, ${sum}`));
});
