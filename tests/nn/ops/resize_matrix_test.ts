import assert from "node:assert/strict";
import { averageMatrix, bilinearMatrix, channelMatrix, type Matrix } from "lib/nn/ops/resize_matrix.ts";
import { adaptiveAveragePool } from "lib/nn/ops/adaptive_average_pool.ts";
import { resizeBilinear } from "lib/nn/ops/resize_bilinear.ts";
import { tf } from "lib/tensorflow/mod.ts";
import { noise } from "../../fixtures/formula.ts";

function asTensor({ rows, columns, values }: Matrix): tf.Tensor2D {
  return tf.tensor2d(values, [rows, columns]);
}

/** Resizes the rows and the columns of a map with one channel. */
function resized(map: tf.Tensor4D, rows: Matrix, columns: Matrix): tf.Tensor {
  const plane = tf.squeeze(map, [0, 3]) as tf.Tensor2D;
  return tf.matMul(tf.matMul(asTensor(rows), plane), asTensor(columns), false, true);
}

Deno.test("products with the matrices resize like TensorFlow, for any two sizes", () => {
  for (
    const [height, width, newHeight, newWidth] of [[4, 7, 16, 28], [1, 1, 5, 6], [5, 4, 1, 9], [8, 8, 3, 5], [
      2,
      3,
      2,
      3,
    ]]
  ) {
    const map = tf.tensor4d(Float32Array.from(noise("map", height * width)), [1, height, width, 1]);
    for (const alignCorners of [true, false]) {
      const like = tf.zeros([1, newHeight, newWidth, 1]) as tf.Tensor4D;
      const expected = resizeBilinear(map, { as: like }, alignCorners).dataSync();
      const found = resized(
        map,
        bilinearMatrix(height, newHeight, alignCorners),
        bilinearMatrix(width, newWidth, alignCorners),
      ).dataSync();
      expected.forEach((value, i) =>
        assert.ok(Math.abs(value - found[i]) < 1e-5, `${[height, width, newHeight, newWidth, alignCorners]}`)
      );
    }
    for (const bins of [1, 2, 3, 6].filter((bins) => bins <= Math.min(height, width))) {
      const expected = adaptiveAveragePool(map, bins).dataSync();
      const found = resized(map, averageMatrix(height, bins), averageMatrix(width, bins)).dataSync();
      expected.forEach((value, i) => assert.ok(Math.abs(value - found[i]) < 1e-6));
    }
  }
});

Deno.test("lines of pixels with channels are resized channel by channel", () => {
  const matrix = bilinearMatrix(3, 5, true), channels = 2;
  const line = Float32Array.from(noise("line", 3 * channels));
  const found = tf.matMul(tf.tensor2d(line, [1, 6]), asTensor(channelMatrix(matrix, channels))).dataSync();
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < 5; i++) {
      const expected = [0, 1, 2].reduce((sum, j) => sum + matrix.values[i * 3 + j] * line[j * channels + c], 0);
      assert.ok(Math.abs(found[i * channels + c] - expected) < 1e-6);
    }
  }
});
