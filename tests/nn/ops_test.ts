// @tags slow
import assert from "node:assert/strict";
import { batchNorm } from "lib/nn/ops/batch_norm.ts";
import { conv2d, convolvedShape } from "lib/nn/ops/conv2d.ts";
import { depthwiseConv2d } from "lib/nn/ops/depthwise_conv2d.ts";
import { adaptiveAveragePool } from "lib/nn/ops/adaptive_average_pool.ts";
import { dropout, dropoutMask } from "lib/nn/ops/dropout.ts";
import { groupNorm } from "lib/nn/ops/group_norm.ts";
import { maxPool2d } from "lib/nn/ops/max_pool2d.ts";
import { relu } from "lib/nn/ops/relu.ts";
import { relu6 } from "lib/nn/ops/relu6.ts";
import { resizeBilinear } from "lib/nn/ops/resize_bilinear.ts";
import { swish } from "lib/nn/ops/swish.ts";
import { upsampleNearest } from "lib/nn/ops/upsample_nearest.ts";
import { ResourceVariable, runtimeInfo, tf } from "lib/tensorflow/mod.ts";
import { bceLoss } from "lib/train/losses/bce.ts";
import { assertGradients, fixedNormal } from "../tensorflow/finite_differences.ts";

type T4 = tf.Tensor4D;

const sized = (height: number, width: number) => ({ as: tf.zeros([1, height, width, 1]) as T4 });

for (
  const [stride, dilation, padding, side] of [
    [1, 1, 1, 3],
    [2, 1, 1, 3],
    [2, 1, 3, 7],
    [1, 2, 2, 3],
    [1, 4, 4, 3],
    [1, 6, 6, 3],
    [1, 12, 12, 3],
    [2, 1, 0, 1],
  ]
) {
  Deno.test(`conv2d() has the gradients of stride ${stride}, dilation ${dilation}, padding ${padding}, side ${side}`, () => {
    const x = fixedNormal([2, 14, 14, 3]), kernel = fixedNormal([side, side, 3, 4], 1);
    assertGradients((x, kernel) => conv2d(x as T4, kernel as T4, { stride, dilation, padding }), [x, kernel]);
  });
}

Deno.test("conv2d() pads symmetrically at stride 2, where TensorFlow's SAME does not", () => {
  const x = tf.ones([1, 4, 4, 1]) as T4, kernel = tf.ones([3, 3, 1, 1]) as T4;
  const y = conv2d(x, kernel, { stride: 2, padding: 1 });
  assert.deepEqual([...y.dataSync()], [4, 6, 6, 9]);
});

Deno.test("batchNorm() normalises by the batch and has its gradients in training", () => {
  const x = fixedNormal([3, 5, 5, 4]), scale = fixedNormal([4], 1), offset = fixedNormal([4], 2);
  const runningMean = new ResourceVariable(tf.zeros([4])), runningVariance = new ResourceVariable(tf.ones([4]));
  const options = { training: true, epsilon: 1e-5, momentum: 0.1 };
  assertGradients((x, scale, offset) =>
    batchNorm(x as T4, {
      scale: scale as tf.Tensor1D,
      offset: offset as tf.Tensor1D,
      runningMean,
      runningVariance,
    }, options), [x, scale, offset]);
  runningMean.dispose();
  runningVariance.dispose();
});

Deno.test("batchNorm() keeps PyTorch's running statistics: unbiased variance, momentum 0.1", () => {
  const x = fixedNormal([2, 3, 3, 2]) as T4;
  const runningMean = new ResourceVariable(tf.zeros([2])), runningVariance = new ResourceVariable(tf.ones([2]));
  const tensors = {
    scale: tf.ones([2]) as tf.Tensor1D,
    offset: tf.zeros([2]) as tf.Tensor1D,
    runningMean,
    runningVariance,
  };
  batchNorm(x, tensors, { training: true, epsilon: 1e-5, momentum: 0.1 });
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  const expected = [
    tf.mul(mean, 0.1),
    tf.add(0.9, tf.mul(variance, 0.1 * 18 / 17)),
  ];
  assert.ok(tf.max(tf.abs(tf.sub(runningMean, expected[0]))).dataSync()[0] < 1e-6);
  assert.ok(tf.max(tf.abs(tf.sub(runningVariance, expected[1]))).dataSync()[0] < 1e-6);
  const inferred = batchNorm(x, tensors, { training: false, epsilon: 1e-5, momentum: 0.1 });
  const byHand = tf.div(tf.sub(x, runningMean), tf.sqrt(tf.add(runningVariance, 1e-5)));
  assert.ok(tf.max(tf.abs(tf.sub(inferred, byHand))).dataSync()[0] < 1e-5);
  runningMean.dispose();
  runningVariance.dispose();
});

Deno.test("relu() and maxPool2d() have their gradients", () => {
  // Away from the kink and from ties, so that differences do not straddle them.
  const x = tf.add(tf.mul(tf.range(0, 2 * 6 * 6 * 3).reshape([2, 6, 6, 3]).mul(7).mod(31), 0.3), 0.5);
  assertGradients((x) => relu(tf.sub(x, 4.11)), [x]);
  assertGradients((x) => maxPool2d(tf.add(x, tf.linspace(0, 0.2, 216).reshape([2, 6, 6, 3])) as T4), [x], {
    step: 1e-4,
  });
});

for (const size of [[8, 8], [7, 9], [4, 4]] as const) {
  Deno.test(`upsampleNearest() to ${size.join(" × ")} has its gradient`, () => {
    const check = () =>
      assertGradients((x) => upsampleNearest(x as T4, sized(size[0], size[1])), [fixedNormal([2, 4, 4, 3])]);
    // TensorFlow has no deterministic kernel for it; the models only double.
    const refused = runtimeInfo().device === "GPU" && Deno.env.get("TF_DETERMINISTIC_OPS") === "1" && size[0] === 7;
    if (refused) assert.throws(check, /deterministic GPU implementation/);
    else check();
  });
}

Deno.test("upsampleNearest() repeats pixels as PyTorch does", () => {
  const x = tf.tensor4d([1, 2, 3], [1, 1, 3, 1]);
  assert.deepEqual([...upsampleNearest(x, sized(1, 5)).dataSync()], [1, 1, 2, 2, 3]);
  assert.deepEqual([...upsampleNearest(x, sized(2, 6)).dataSync()], [1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3]);
});

for (const [dilation, side] of [[1, 9], [2, 9], [4, 8], [12, 10]]) {
  Deno.test(`depthwiseConv2d() with dilation ${dilation} has its gradients and agrees with conv2d()`, () => {
    const x = fixedNormal([2, side, side, 3]), kernel = fixedNormal([3, 3, 1, 3], 1);
    const walk = { dilation, padding: dilation };
    assertGradients((x, kernel) => depthwiseConv2d(x as T4, kernel as T4, walk), [x, kernel]);
    // A dense kernel whose off-diagonal is zero does the same.
    const dense = tf.mul(kernel, tf.reshape(tf.eye(3), [1, 1, 3, 3])) as T4;
    const difference = tf.sub(depthwiseConv2d(x as T4, kernel as T4, walk), conv2d(x as T4, dense, walk));
    assert.ok(tf.max(tf.abs(difference)).dataSync()[0] < 1e-5);
  });
}

for (const [dilation, height, width] of [[2, 9, 10], [4, 8, 8], [12, 10, 9]]) {
  Deno.test(`depthwiseConv2d() with a 5 × 5 kernel and dilation ${dilation} agrees with conv2d()`, () => {
    const x = fixedNormal([2, height, width, 3]), kernel = fixedNormal([5, 5, 1, 3], 1);
    const walk = { dilation, padding: 2 * dilation };
    assertGradients((x, kernel) => depthwiseConv2d(x as T4, kernel as T4, walk), [x, kernel]);
    const dense = tf.mul(kernel, tf.reshape(tf.eye(3), [1, 1, 3, 3])) as T4;
    const difference = tf.sub(depthwiseConv2d(x as T4, kernel as T4, walk), conv2d(x as T4, dense, walk));
    assert.ok(tf.max(tf.abs(difference)).dataSync()[0] < 1e-5);
  });
}

Deno.test("depthwiseConv2d() has its gradients at stride 2, padded alike or more below and right", () => {
  const x = fixedNormal([2, 9, 9, 3]), kernel = fixedNormal([3, 3, 1, 3], 1);
  assertGradients((x, kernel) => depthwiseConv2d(x as T4, kernel as T4, { stride: 2, padding: 1 }), [x, kernel]);
  const walk = { stride: 2, padding: [0, 1] as const };
  assertGradients((x, kernel) => depthwiseConv2d(x as T4, kernel as T4, walk), [x, kernel]);
  const dense = tf.mul(kernel, tf.reshape(tf.eye(3), [1, 1, 3, 3])) as T4;
  const difference = tf.sub(depthwiseConv2d(x as T4, kernel as T4, walk), conv2d(x as T4, dense, walk));
  assert.ok(tf.max(tf.abs(difference)).dataSync()[0] < 1e-5);
});

Deno.test("conv2d() and depthwiseConv2d() may pad below and right alone", () => {
  const x = tf.ones([1, 4, 4, 1]) as T4, kernel = tf.ones([3, 3, 1, 1]) as T4;
  for (const convolve of [conv2d, depthwiseConv2d]) {
    assert.deepEqual([...convolve(x, kernel, { stride: 2, padding: [0, 1] }).dataSync()], [9, 6, 6, 4]);
  }
});

Deno.test("convolvedShape() is the shape of what convolutions compute", () => {
  const x = tf.zeros([2, 13, 16, 4]) as tf.Tensor4D, depthwise = tf.zeros([3, 3, 1, 4]) as tf.Tensor4D;
  for (const stride of [1, 2, 3]) {
    for (const dilation of [1, 2]) {
      for (const padding of [[0, 0], [1, 1], [2, 2], [0, 1]] as const) {
        const walk = { stride, dilation, padding };
        for (const side of [1, 2, 3, 5]) {
          const kernel = tf.zeros([side, side, 4, 6]) as tf.Tensor4D;
          assert.deepEqual(convolvedShape(x.shape, kernel.shape, 6, walk), conv2d(x, kernel, walk).shape);
        }
        if (dilation > 1) continue; // depthwise ones keep the size then
        assert.deepEqual(convolvedShape(x.shape, depthwise.shape, 4, walk), depthwiseConv2d(x, depthwise, walk).shape);
      }
    }
  }
});

Deno.test("resizeBilinear() and adaptiveAveragePool() have their gradients and PyTorch's values", () => {
  const x = fixedNormal([2, 5, 7, 3]);
  assertGradients((x) => resizeBilinear(x as T4, { factor: 2 }), [x]);
  for (const bins of [1, 2, 3, 6]) assertGradients((x) => adaptiveAveragePool(x as T4, bins), [x]);
  // interpolate(arange(4), size=7, align_corners=True) and AdaptiveAvgPool1d(3)(arange(5)).
  const line = resizeBilinear(tf.tensor4d([0, 1, 2, 3], [1, 1, 4, 1]), sized(1, 7));
  assert.deepEqual([...line.dataSync()], [0, 0.5, 1, 1.5, 2, 2.5, 3]);
  const pooled = adaptiveAveragePool(tf.tensor4d([0, 1, 2, 3, 4], [1, 1, 5, 1]), 3).dataSync();
  [0.5, 2, 3.5].forEach((value, i) => assert.ok(Math.abs(pooled[i] - value) < 1e-6));
});

Deno.test("relu6() has its gradient", () => {
  assertGradients((x) => relu6(x), [tf.tensor1d([-2, -1, 0.5, 2, 4, 5.5, 6.5, 8])]);
});

Deno.test("swish() has its gradient and is x · sigmoid(x)", () => {
  const x = tf.tensor1d([-9, -2, -0.5, 0, 0.5, 2, 9]);
  assertGradients((x) => swish(x), [x]);
  assert.ok(tf.max(tf.abs(tf.sub(swish(x), tf.div(x, tf.add(1, tf.exp(tf.neg(x))))))).dataSync()[0] < 1e-6);
});

Deno.test("groupNorm() normalises each group of an image, and has its gradients", () => {
  const options = { groups: 2, epsilon: 1e-5 };
  const x = tf.add(tf.mul(fixedNormal([2, 3, 4, 6]), 2), tf.range(0, 6)) as T4;
  const y = groupNorm(x, tf.ones([6]), tf.zeros([6]), options);
  const { mean, variance } = tf.moments(tf.reshape(y, [2, 12, 2, 3]), [1, 3]);
  assert.ok(tf.max(tf.abs(mean)).dataSync()[0] < 1e-5);
  assert.ok(tf.max(tf.abs(tf.sub(variance, 1))).dataSync()[0] < 1e-4);
  assertGradients(
    (x, scale, offset) => groupNorm(x as T4, scale as tf.Tensor1D, offset as tf.Tensor1D, options),
    [x, fixedNormal([6], 1), fixedNormal([6], 2)],
  );
});

Deno.test("dropout() drops its rate, keeps the mean, and drops whole channels if asked to", () => {
  const ones = tf.ones([4, 16, 16, 64]) as T4;
  const seed = tf.tensor1d([1, 2], "int32");
  const drop = (x: T4, rate: number, stream: tf.Tensor1D, layer: string, shape: number[] = x.shape) =>
    dropout(x, rate, dropoutMask(shape, rate, stream, layer));
  const elements = drop(ones, 0.25, seed, "a").dataSync();
  const dropped = elements.filter((value) => value === 0).length / elements.length;
  assert.ok(Math.abs(dropped - 0.25) < 0.01, `${dropped}`);
  assert.ok(elements.every((value) => value === 0 || Math.abs(value - 4 / 3) < 1e-6));
  assert.deepEqual(drop(ones, 0.25, seed, "a").dataSync(), elements);
  assert.notDeepEqual(drop(ones, 0.25, seed, "b").dataSync(), elements);
  assert.notDeepEqual(drop(ones, 0.25, tf.tensor1d([1, 3], "int32"), "a").dataSync(), elements);
  const channels = drop(ones, 0.5, seed, "a", [4, 1, 1, 64]);
  const perChannel = tf.sum(channels, [1, 2]).dataSync();
  assert.ok(perChannel.every((sum) => sum === 0 || sum === 512));
  assert.ok(perChannel.some((sum) => sum === 0));
  assertGradients((x) => drop(x as T4, 0.3, seed, "c"), [fixedNormal([2, 3, 3, 4])]);
});

Deno.test("bceLoss() has its gradient and no logit overflows it", () => {
  const targets = tf.tensor2d([[0, 1, 1], [1, 0, 0]]);
  assertGradients((logits) => bceLoss(logits, targets), [fixedNormal([2, 3])]);
  const extreme = bceLoss(tf.tensor1d([200, -200]), tf.tensor1d([1, 1])).dataSync()[0];
  assert.equal(extreme, 100);
});

Deno.test("concat, add, mul and sigmoid have their gradients on this backend", () => {
  const a = fixedNormal([2, 3, 3, 2]), b = fixedNormal([2, 3, 3, 3], 1);
  assertGradients((a, b) => tf.concat([a, b], 3), [a, b]);
  assertGradients((a) => tf.sigmoid(tf.mul(tf.add(a, 0.5), a)), [a]);
});
