// @tags slow
import assert from "node:assert/strict";
import { conv2d } from "lib/nn/ops/conv2d.ts";
import { upsampleConv2d, upsampleJoinConv2d } from "lib/nn/ops/upsample_conv2d.ts";
import { upsampleNearest } from "lib/nn/ops/upsample_nearest.ts";
import { tf } from "lib/tensorflow/mod.ts";
import { assertGradients, fixedNormal } from "../../tensorflow/finite_differences.ts";

type T4 = tf.Tensor4D;

const sized = (height: number, width: number) => ({ as: tf.zeros([1, height, width, 1]) as T4 });

function assertClose(a: tf.Tensor, b: tf.Tensor): void {
  assert.deepEqual(a.shape, b.shape);
  const error = tf.div(tf.norm(tf.sub(a, b)), tf.norm(b)).dataSync()[0];
  assert.ok(error < 1e-6, `off by ${error}`);
}

Deno.test("upsampleConv2d() is the convolution of the enlarged image, and has its gradients", () => {
  const x = fixedNormal([2, 5, 6, 3]), kernel = fixedNormal([3, 3, 3, 4], 1);
  const enlarged = upsampleNearest(x as T4, sized(10, 12));
  assertClose(upsampleConv2d(x as T4, kernel as T4), conv2d(enlarged, kernel as T4, { padding: 1 }));
  assertGradients((x, kernel) => upsampleConv2d(x as T4, kernel as T4), [x, kernel]);
});

for (const [side, size] of [[16, 32], [16, 31], [4, 8], [80, 160]]) {
  Deno.test(`upsampleJoinConv2d() from ${side} to ${size} is concatenation and convolution`, () => {
    const x = fixedNormal([1, side, side, 3]) as T4, skip = fixedNormal([1, size, size, 2], 1) as T4;
    const kernel = fixedNormal([3, 3, 5, 4], 2) as T4;
    const joined = tf.concat([upsampleNearest(x, sized(size, size)), skip], 3);
    assertClose(upsampleJoinConv2d(x, sized(size, size), kernel, skip), conv2d(joined, kernel, { padding: 1 }));
    const alone = tf.slice(kernel, [0, 0, 0, 0], [3, 3, 3, 4]);
    const enlarged = upsampleNearest(x, sized(size, size));
    assertClose(upsampleJoinConv2d(x, sized(size, size), alone), conv2d(enlarged, alone, { padding: 1 }));
  });
}
