// @tags slow
import assert from "node:assert/strict";
import { currentDevice, executeOp, intAttribute, stringAttribute, tf, typeAttribute } from "lib/tensorflow/mod.ts";
import { isWide, wideDilation } from "lib/nn/ops/wide_dilation.ts";
import { assertGradients, fixedNormal } from "../../tensorflow/finite_differences.ts";

const SIZES = [[8, 8, 4], [8, 8, 6], [9, 7, 5], [5, 12, 6], [7, 7, 6], [4, 9, 8]];

function reference(x: tf.Tensor4D, kernel: tf.Tensor4D, dilation: number): tf.Tensor4D {
  return executeOp(
    "Conv2D",
    [
      typeAttribute("T", "float32"),
      intAttribute("strides", [1, 1, 1, 1]),
      intAttribute("dilations", [1, dilation, dilation, 1]),
      stringAttribute("data_format", "NHWC"),
      stringAttribute("padding", "SAME"),
    ],
    [x, kernel],
    1,
  )[0] as tf.Tensor4D;
}

Deno.test("wideDilation() is TensorFlow's dilated convolution, full and depthwise", () => {
  for (const [height, width, dilation] of SIZES) {
    assert.equal(isWide(height, width, dilation), currentDevice() === "CPU");
    const x = fixedNormal<tf.Rank.R4>([2, height, width, 3]), kernel = fixedNormal<tf.Rank.R4>([3, 3, 3, 4], 1);
    const difference = tf.max(tf.abs(tf.sub(wideDilation(x, kernel, dilation), reference(x, kernel, dilation))));
    assert.ok(difference.dataSync()[0] < 1e-5, `${height} × ${width}, ${dilation}: ${difference}`);
    const each = fixedNormal<tf.Rank.R4>([3, 3, 1, 3], 2);
    const apart = tf.unstack(x, 3).map((channel, i) =>
      reference(tf.expandDims(channel, 3) as tf.Tensor4D, tf.slice(each, [0, 0, 0, i], [3, 3, 1, 1]), dilation)
    );
    const off = tf.max(tf.abs(tf.sub(wideDilation(x, each, dilation, true), tf.concat(apart, 3))));
    assert.ok(off.dataSync()[0] < 1e-5, `depthwise, ${height} × ${width}, ${dilation}: ${off}`);
  }
  assert.ok(!isWide(16, 9, 6) && !isWide(2, 2, 1));
});

Deno.test("wideDilation() has its gradients", () => {
  for (const [height, width, dilation] of [[4, 5, 3], [4, 3, 3]]) {
    const x = fixedNormal([2, height, width, 2]);
    assertGradients((x, kernel) => wideDilation(x as tf.Tensor4D, kernel as tf.Tensor4D, dilation), [
      x,
      fixedNormal([3, 3, 2, 2], 1),
    ]);
    assertGradients((x, kernel) => wideDilation(x as tf.Tensor4D, kernel as tf.Tensor4D, dilation, true), [
      x,
      fixedNormal([3, 3, 1, 2], 1),
    ]);
  }
});
