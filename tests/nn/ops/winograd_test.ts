// @tags slow
import assert from "node:assert/strict";
import {
  winogradChoice,
  winogradConv2d,
  winogradInputGradient,
  winogradKernelGradient,
  type WinogradTarget,
  winogradUse,
} from "lib/nn/ops/winograd.ts";
import {
  compile,
  executeOp,
  intAttribute,
  PRECISIONS,
  runtimeInfo,
  stringAttribute,
  tf,
  typeAttribute,
} from "lib/tensorflow/mod.ts";
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
    const attributes = [
      typeAttribute("T", "float32"),
      intAttribute("strides", [1, 1, 1, 1]),
      intAttribute("dilations", [1, dilation, dilation, 1]),
      stringAttribute("data_format", "NHWC"),
      stringAttribute("padding", "SAME"),
    ];
    const run = (op: string, inputs: tf.Tensor[]) => executeOp(op, attributes, inputs, 1)[0];
    const shapeTensor = ({ shape }: tf.Tensor) => tf.tensor1d(shape, "int32");
    const inputGradient = run("Conv2DBackpropInput", [shapeTensor(x), kernel, dy]);
    const kernelGradient = run("Conv2DBackpropFilter", [x, shapeTensor(kernel), dy]);
    assert.ok(distance(winogradConv2d(x, kernel, dilation), run("Conv2D", [x, kernel])) < 3e-6);
    assert.ok(distance(winogradInputGradient(dy, kernel, dilation), inputGradient) < 3e-6);
    assert.ok(distance(winogradKernelGradient(x, dy, dilation), kernelGradient) < 3e-6);
  });
}

Deno.test("a compiled Winograd convolution gives the same bits every time, fused or not", async () => {
  const x = fixedNormal([16, 8, 8, 128]) as T4, kernel = fixedNormal([3, 3, 128, 128], 1) as T4;
  for (const fuse of [false, true]) {
    const step = compile((x: T4, kernel: T4) => winogradConv2d(x, kernel, 1), { fuse });
    const bits = async () => {
      const y = await step(x, kernel);
      const values = y.dataSync();
      y.dispose();
      return [...new Uint32Array(values.buffer)].join();
    };
    const first = await bits();
    for (let run = 0; run < 60; run++) assert.ok(await bits() === first, `run ${run} differs, fuse: ${fuse}`);
    step.dispose();
  }
});

interface Convolution {
  dilation: number;
  /** Of the kernel. */
  side: number;
  outChannels: number;
}

/** Kinds of processors, by the numbers of 32 bit that a core multiplies at once. */
const KINDS = { "SSE or NEON": 4, AVX2: 8, "AVX-512": 16 } as const;

for (const [kind, vectorWidth] of Object.entries(KINDS)) {
  Deno.test(`winogradChoice() on a processor with ${kind}, on whatever machine it is asked`, () => {
    const measured = kind === "AVX2";
    const choice = (shape: number[], options: Partial<WinogradTarget & Convolution> = {}) => {
      const { dilation = 1, side = 3, outChannels = 256, device = "CPU", precision = "float32" } = options;
      const kernel = [side, side, shape[3], outChannels];
      return winogradChoice({ device, precision, vectorWidth }, shape, kernel, dilation);
    };
    const neither = { forward: false, backward: false };
    assert.deepEqual(choice([1, 32, 32, 256]), { forward: measured, backward: measured });
    assert.deepEqual(choice([1, 32, 32, 256], { dilation: 2 }), { forward: measured, backward: measured });
    assert.deepEqual(choice([4, 8, 8, 64]), { forward: false, backward: measured });
    assert.deepEqual(choice([1, 32, 33, 256]), neither, "an odd width");
    assert.deepEqual(choice([1, 34, 34, 256], { dilation: 2 }), neither, "a size that the dilation does not divide");
    assert.deepEqual(choice([1, 8, 8, 256]), neither, "few tiles");
    assert.deepEqual(choice([1, 32, 32, 32]), neither, "few channels");
    assert.deepEqual(choice([1, 32, 32, 256], { outChannels: 1 }), neither, "few channels out");
    assert.deepEqual(choice([1, 32, 32, 256], { side: 5 }), neither, "another kernel");
    assert.deepEqual(choice([1, 32, 32, 256], { device: "GPU" }), neither);
    for (const precision of PRECISIONS) {
      const expected = measured && precision === "float32";
      assert.deepEqual(choice([1, 32, 32, 256], { precision }), { forward: expected, backward: expected }, precision);
    }
  });
}

Deno.test("winogradUse() asks for the traced step's device and precision", () => {
  const x = tf.zeros([1, 32, 32, 256]) as T4, kernel = tf.zeros([3, 3, 256, 256]) as T4;
  const { vectorWidth } = runtimeInfo();
  for (const device of ["CPU", "GPU"] as const) {
    for (const precision of PRECISIONS) {
      let used: unknown;
      const step = compile((y: tf.Tensor) => {
        used = winogradUse(x, kernel, 1);
        return tf.add(y, 1);
      }, { precision, device });
      step.plan(tf.scalar(1));
      assert.deepEqual(used, winogradChoice({ device, vectorWidth, precision }, x.shape, kernel.shape, 1));
      step.dispose();
    }
  }
});
