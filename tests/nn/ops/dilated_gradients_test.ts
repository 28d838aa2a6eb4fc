// @tags slow
import assert from "node:assert/strict";
import { hasOneDnn, separateGradients } from "lib/nn/ops/dilated_gradients.ts";
import { direct } from "lib/nn/ops/direct_convolution.ts";
import { runtimeInfo, type tf } from "lib/tensorflow";
import { fixedNormal } from "../../tensorflow/finite_differences.ts";
import { relativeError } from "./relative_error.ts";

type T4 = tf.Tensor4D;

const { device } = runtimeInfo();

/** Code that differentiates dilated convolutions of every kind by the map and by the kernel, and prints a digest of them. */
const GRADIENTS = `
  import { compile, tf } from ${JSON.stringify(import.meta.resolve("lib"))};
  import { conv2d } from ${JSON.stringify(import.meta.resolve("lib/nn/ops/conv2d.ts"))};
  const precision = Deno.args[0], sums = [];
  const shape = [2, 14, 13, 8], wave = (shape, rate) => tf.sin(tf.reshape(tf.range(0, tf.util.sizeFromShape(shape)).mul(rate), shape));
  for (const [dilation, padding, stride] of [[2, 2, 1], [4, 4, 1], [3, 0, 1], [2, 1, 1], [2, 2, 2], [3, 1, 2]]) {
    const step = compile((x, kernel) =>
      tf.grads((x, kernel) => tf.square(conv2d(x, kernel, { dilation, padding, stride })))([x, kernel]).map((each) => tf.sum(tf.abs(each))),
      { precision });
    for (const sum of await step(wave(shape, 0.7), wave([3, 3, 8, 8], 0.3))) sums.push(sum.dataSync()[0]);
  }
  console.log(JSON.stringify(sums));
  Deno.exit(0);`;

/** Runs {@linkcode GRADIENTS} in a process of its own. */
async function gradients(precision: string, env: Record<string, string> = {}): Promise<number[]> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", GRADIENTS, precision],
    env,
    cwd: import.meta.dirname,
  }).output();
  const [text, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.ok(text, errors);
  return JSON.parse(text);
}

for (
  const [side, dilation, padding] of [
    [3, 2, "SAME"],
    [3, 3, "SAME"],
    [3, 20, "SAME"],
    [2, 2, "SAME"],
    [4, 2, "SAME"],
    [5, 2, "SAME"],
    [3, 4, "VALID"],
    [2, 5, "VALID"],
  ] as const
) {
  const name = `maps of every ${dilation}-th pixel give a dilated convolution's gradients: side ${side}, ${padding}`;
  Deno.test(name, { ignore: !hasOneDnn() }, () => {
    for (const [height, width] of [[12, 12], [13, 11], [14, 17]]) {
      const x = fixedNormal([2, height, width, 8]) as T4, kernel = fixedNormal([side, side, 8, 16], 1) as T4;
      const known = direct(1, dilation, padding), found = separateGradients(dilation, padding);
      const dy = fixedNormal(known.forward(x, kernel).shape, 2) as T4;
      for (const name of ["inputGradient", "kernelGradient"] as const) {
        const [expected, result] = [known, found].map((each) => each[name](x, kernel, dy));
        assert.deepEqual(result.shape, expected.shape);
        const error = relativeError(result, Float64Array.from(expected.dataSync()));
        assert.ok(error < 1e-5, `${name}, ${height} × ${width}: ${error}`);
      }
    }
  });
}

Deno.test({
  name: "dilated convolutions have gradients without oneDNN, as on Arm, and in 16 bits on every processor",
  ignore: device !== "CPU",
  async fn() {
    const expected = await gradients("float32");
    const withoutOneDnn = { TF_ENABLE_ONEDNN_OPTS: "0" };
    for (
      const [precision, env, bar] of [
        ["float32", withoutOneDnn, 1e-5],
        ["mixed", {}, 0.02],
        ["mixed-bfloat16", withoutOneDnn, 0.02],
        ["mixed-float16", {}, 0.02],
      ] as const
    ) {
      const found = await gradients(precision, env);
      assert.equal(found.length, expected.length);
      found.forEach((value, i) => assert.ok(Math.abs(value / expected[i] - 1) < bar, `${precision}, ${i}: ${value}`));
    }
  },
});
