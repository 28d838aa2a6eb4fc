// @tags slow
import assert from "node:assert/strict";
import { directWithGradients } from "lib/nn/ops/dilated_gradients.ts";
import { winogradConv2d, winogradInputGradient, winogradKernelGradient } from "lib/nn/ops/winograd.ts";
import { winograd4Conv2d } from "lib/nn/ops/winograd4.ts";
import { compile, tf } from "lib/tensorflow/mod.ts";
import { fixedNormal } from "../../tensorflow/finite_differences.ts";

type T4 = tf.Tensor4D;

/** The largest difference, relative to the largest number. */
function distance(a: tf.Tensor, b: tf.Tensor): number {
  assert.deepEqual(a.shape, b.shape);
  return tf.tidy(() => tf.div(tf.max(tf.abs(tf.sub(a, b))), tf.max(tf.abs(b))).dataSync()[0]);
}

for (
  const [batch, height, width, inChannels, outChannels, dilation] of [
    [2, 8, 8, 5, 7, 1],
    [1, 2, 2, 3, 4, 1],
    [3, 6, 10, 4, 3, 1],
    [2, 8, 12, 5, 7, 2],
    [1, 16, 8, 6, 2, 4],
    [2, 8, 8, 40, 24, 1],
  ]
) {
  const what = `${batch} × ${height} × ${width} × ${inChannels} to ${outChannels} channels, dilation ${dilation}`;
  Deno.test(`winogradConv2d() and its gradients are those of TensorFlow's convolution: ${what}`, () => {
    const x = fixedNormal([batch, height, width, inChannels]) as T4;
    const kernel = fixedNormal([3, 3, inChannels, outChannels], 1) as T4;
    const dy = fixedNormal([batch, height, width, outChannels], 2) as T4;
    const { forward, inputGradient, kernelGradient } = directWithGradients(dilation, "SAME");
    assert.ok(distance(winogradConv2d(x, kernel, dilation), forward(x, kernel)) < 3e-6);
    assert.ok(distance(winogradInputGradient(dy, kernel, dilation), inputGradient(x, kernel, dy)) < 3e-6);
    assert.ok(distance(winogradKernelGradient(x, dy, dilation), kernelGradient(x, kernel, dy)) < 3e-6);
  });
}

/** Computes a 3 × 3 convolution with padding 1 in float64. */
function convolveInFloat64(x: T4, kernel: T4): Float64Array {
  const [batch, height, width, inChannels] = x.shape, outChannels = kernel.shape[3];
  const pixels = x.dataSync(), weights = kernel.dataSync();
  const result = new Float64Array(batch * height * width * outChannels);
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < height * width * 9; i++) {
      const [row, column] = [Math.floor(i / 9 / width), Math.floor(i / 9) % width];
      const [a, c] = [Math.floor(i % 9 / 3) - 1, i % 3 - 1];
      if (row + a < 0 || row + a >= height || column + c < 0 || column + c >= width) continue;
      const from = ((b * height + row + a) * width + column + c) * inChannels;
      const to = ((b * height + row) * width + column) * outChannels;
      for (let k = 0; k < inChannels; k++) {
        const at = (i % 9 * inChannels + k) * outChannels;
        for (let o = 0; o < outChannels; o++) result[to + o] += pixels[from + k] * weights[at + o];
      }
    }
  }
  return result;
}

for (const [batch, side, inChannels] of [[2, 8, 16], [1, 16, 128], [1, 8, 512]]) {
  Deno.test(`Winograd's errors against float64 are bounded: ${batch} × ${side}² × ${inChannels} channels`, () => {
    const x = fixedNormal([batch, side, side, inChannels]) as T4, kernel = fixedNormal([3, 3, inChannels, 8], 1) as T4;
    const exact = convolveInFloat64(x, kernel), largest = Math.max(...exact.map(Math.abs));
    const error = (y: tf.Tensor) =>
      (y.dataSync() as Float32Array).reduce((most, value, i) => Math.max(most, Math.abs(value - exact[i])), 0) /
      largest;
    assert.ok(error(winogradConv2d(x, kernel, 1)) < 2e-6);
    assert.ok(error(winograd4Conv2d(x, kernel, 1)) < 1.5e-5);
  });
}

Deno.test("F(4 × 4, 3 × 3) is TensorFlow's convolution, with dilations too", () => {
  for (const [batch, height, width, dilation] of [[3, 8, 4, 1], [2, 48, 40, 1], [9, 16, 16, 1], [1, 80, 16, 2]]) {
    const x = fixedNormal([batch, height, width, 6]) as T4, kernel = fixedNormal([3, 3, 6, 5], 1) as T4;
    const expected = directWithGradients(dilation, "SAME").forward(x, kernel);
    assert.ok(distance(winograd4Conv2d(x, kernel, dilation), expected) < 1.5e-5);
  }
});

for (
  const [name, convolve] of Object.entries({
    "F(2 × 2, 3 × 3)": (x: T4, kernel: T4) => winogradConv2d(x, kernel, 1),
    "F(4 × 4, 3 × 3)": (x: T4, kernel: T4) => winograd4Conv2d(x, kernel, 1),
  })
) {
  Deno.test(`a compiled Winograd convolution gives the same bits every time, fused or not: ${name}`, async () => {
    const x = fixedNormal([17, 8, 8, 128]) as T4, kernel = fixedNormal([3, 3, 128, 128], 1) as T4;
    for (const fuse of [false, true]) {
      const step = compile(convolve, { fuse });
      const bits = async () => {
        const y = await step(x, kernel);
        const values = y.dataSync();
        y.dispose();
        return [...new Uint32Array(values.buffer)].join();
      };
      const first = await bits();
      for (let run = 0; run < 40; run++) assert.ok(await bits() === first, `run ${run} differs, fuse: ${fuse}`);
      step.dispose();
    }
  });
}
