import assert from "node:assert/strict";
import { winogradConv2d, winogradInputGradient, winogradKernelGradient, winogradUse } from "lib/nn/ops/winograd.ts";
import { compile, executeOp, intAttribute, runtimeInfo, stringAttribute, tf, typeAttribute } from "lib/runtime/mod.ts";
import { fixedNormal } from "../runtime/finite_differences.ts";

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
    const shapeOf = ({ shape }: tf.Tensor) => tf.tensor1d(shape, "int32");
    const inputGradient = run("Conv2DBackpropInput", [shapeOf(x), kernel, dy]);
    const kernelGradient = run("Conv2DBackpropFilter", [x, shapeOf(kernel), dy]);
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

Deno.test("winogradUse() leaves odd maps, few tiles, few channels and 16-bit steps to TensorFlow", async () => {
  const { device, vectorWidth } = runtimeInfo();
  const measured = device === "CPU" && vectorWidth === 8;
  const uses = (shape: [number, number, number, number], dilation = 1, side = 3) =>
    winogradUse(tf.zeros(shape), tf.zeros([side, side, shape[3], 256]), dilation).backward;
  assert.equal(uses([1, 32, 32, 256]), measured);
  assert.equal(uses([1, 32, 32, 256], 2), measured);
  assert.equal(uses([1, 32, 33, 256]), false);
  assert.equal(uses([1, 34, 34, 256], 2), false);
  assert.equal(uses([1, 8, 8, 256]), false);
  assert.equal(uses([1, 32, 32, 32]), false);
  assert.equal(uses([1, 32, 32, 256], 1, 5), false);
  for (const [precision, expected] of [["float32", measured], ["mixed", false]] as const) {
    let used: boolean | undefined;
    const step = compile((x: tf.Tensor) => {
      used = uses([1, 32, 32, 256]);
      return tf.add(x, 1);
    }, { precision });
    (await step(tf.scalar(1))).dispose();
    assert.equal(used, expected);
    step.dispose();
  }
});
