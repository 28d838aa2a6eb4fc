import assert from "node:assert/strict";
import { runsMachineCode, widestVectors } from "lib/machine_code/mod.ts";
import { runsNativeOps } from "lib/native_ops/mod.ts";
import type { AlgorithmEntry } from "lib/nn/algorithms/algorithm_table.ts";
import { withAlgorithms } from "lib/nn/algorithms/current_entry.ts";
import { conv2d } from "lib/nn/ops/conv2d.ts";
import { correlate, correlationShape } from "lib/nn/ops/correlation/correlate.ts";
import { correlationCode } from "lib/nn/ops/correlation/correlation_code.ts";
import { correlatedKernelGradient } from "lib/nn/ops/correlation/kernel_gradient.ts";
import { compile, tf } from "lib/tensorflow/mod.ts";
import { anyEntry } from "../../fixtures/algorithm_entry.ts";
import { noise } from "../../fixtures/formula.ts";
import { Emulator } from "../../machine_code/emulator.ts";
import { natively, type Run } from "../winograd/run_code.ts";

const ignore = !runsNativeOps();

type Shape = [number, number, number, number];

interface Maps {
  images: number;
  /** Sides of the right map. */
  height: number;
  width: number;
  leftChannels: number;
  rightChannels: number;
  side: number;
  stride: number;
  /** Rows and columns of the left map that no tap meets. */
  more?: number;
}

/** Numbers of both maps, `[images, height, width, channels]`. */
function makeMaps({ images, height, width, leftChannels, rightChannels, side, stride, more = 0 }: Maps) {
  const [rows, columns] = [height, width].map((length) => (length - 1) * stride + side + more);
  const numbers = (name: string, shape: readonly number[]) =>
    Float32Array.from(noise(name, shape.reduce((product, length) => product * length)));
  const leftShape = [images, rows, columns, leftChannels], rightShape = [images, height, width, rightChannels];
  return { leftShape, rightShape, left: numbers("left", leftShape), right: numbers("right", rightShape) };
}

/** Correlates maps in float64. */
function exactly(maps: Maps): Float64Array {
  const { images, height, width, leftChannels, rightChannels, side, stride } = maps;
  const { left, right, leftShape: [, rows, columns] } = makeMaps(maps);
  const result = new Float64Array(side ** 2 * leftChannels * rightChannels);
  for (let pixel = 0; pixel < images * height * width; pixel++) {
    const [image, y, x] = [Math.floor(pixel / height / width), Math.floor(pixel / width) % height, pixel % width];
    for (let tap = 0; tap < side ** 2; tap++) {
      const row = y * stride + Math.floor(tap / side), column = x * stride + tap % side;
      const from = ((image * rows + row) * columns + column) * leftChannels;
      for (let a = 0; a < leftChannels; a++) {
        for (let b = 0; b < rightChannels; b++) {
          result[(tap * leftChannels + a) * rightChannels + b] += left[from + a] * right[pixel * rightChannels + b];
        }
      }
    }
  }
  return result;
}

const CASES: Record<string, Maps> = {
  "an image's first convolution": {
    images: 2,
    height: 9,
    width: 7,
    leftChannels: 3,
    rightChannels: 64,
    side: 7,
    stride: 2,
  },
  "a stride": { images: 2, height: 5, width: 6, leftChannels: 24, rightChannels: 32, side: 3, stride: 2, more: 1 },
  "more pixels than are summed at once": {
    images: 1,
    height: 3,
    width: 70,
    leftChannels: 1,
    rightChannels: 16,
    side: 3,
    stride: 1,
  },
  "half a vector, an even side": {
    images: 3,
    height: 4,
    width: 1,
    leftChannels: 5,
    rightChannels: 40,
    side: 2,
    stride: 3,
  },
};

const bits = (numbers: Float32Array) => new Uint32Array(numbers.slice().buffer).join();

for (const [name, maps] of Object.entries(CASES)) {
  Deno.test(`correlations have the same bits with vectors of eight and of sixteen: ${name}`, () => {
    const { left, right, leftShape, rightShape } = makeMaps(maps), exact = exactly(maps);
    const { rightChannels, side, stride } = maps;
    const compute = (panel: number, widest: 8 | 16, makeRun: (memory: Float32Array<ArrayBuffer>) => Run) => {
      const memory = new Float32Array(left.length + right.length + exact.length + 1).fill(NaN);
      memory.set(left);
      memory.set(right, left.length);
      const shape = correlationShape(leftShape, rightShape, { side, stride, panel });
      const code = correlationCode({ ...shape, panels: rightChannels / panel }, widest);
      makeRun(memory)(code, [0, 4 * left.length, 4 * (left.length + right.length)]);
      assert.ok(Number.isNaN(memory.at(-1)), "nothing is written behind the result");
      return memory.slice(left.length + right.length, -1);
    };
    const emulated = (memory: Float32Array) => {
      const emulator = new Emulator(memory);
      return emulator.run.bind(emulator);
    };
    const first = compute(8, 8, emulated), others: Float32Array[] = [];
    for (const panel of [8, 16, 32].filter((panel) => rightChannels % panel === 0)) {
      for (const widest of [8, 16] as const) {
        if (panel > 2 * widest) continue;
        others.push(compute(panel, widest, emulated));
        if (runsMachineCode() && widest <= widestVectors()) others.push(compute(panel, widest, natively));
      }
    }
    for (const other of others) assert.ok(bits(other) === bits(first));
    const largest = exact.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    exact.forEach((value, i) => assert.ok(Math.abs(first[i] - value) < 2e-6 * largest, `${i}: ${first[i]}, ${value}`));
  });

  Deno.test({
    name: `threads share a correlation without another result: ${name}`,
    ignore,
    fn() {
      const { left, right, leftShape, rightShape } = makeMaps(maps), { side, stride } = maps, exact = exactly(maps);
      const a = tf.tensor4d(left, leftShape as Shape),
        b = tf.tensor4d(right, rightShape as Shape);
      const found = [1, 2, 3].map((parts) => correlate(a, b, { side, stride, parts }).dataSync() as Float32Array);
      const largest = exact.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      exact.forEach((value, i) => assert.ok(Math.abs(found[0][i] - value) < 2e-6 * largest));
      for (const other of found) assert.equal(bits(other), bits(found[0]));
    },
  });
}

/** Side, stride, padding, channels of the input and of the result, and which settings compute the gradient in machine code. */
const CONVOLUTIONS = [
  { side: 7, stride: 2, padding: 3, inChannels: 3, outChannels: 16, machineCode: ["native", "ordered"] },
  { side: 3, stride: 2, padding: 1, inChannels: 8, outChannels: 24, machineCode: ["native", "ordered"] },
  { side: 3, stride: 1, padding: 1, inChannels: 16, outChannels: 1, machineCode: ["native", "ordered"] },
  { side: 3, stride: 1, padding: 1, inChannels: 8, outChannels: 3, machineCode: ["native", "ordered"] },
  { side: 5, stride: 1, padding: 0, inChannels: 8, outChannels: 2, machineCode: ["native", "ordered"] },
  { side: 3, stride: 1, padding: 1, inChannels: 3, outChannels: 8, machineCode: ["native", "ordered"] },
  { side: 2, stride: 2, padding: 0, inChannels: 6, outChannels: 8, machineCode: ["native", "ordered"] },
  { side: 3, stride: 1, padding: 1, inChannels: 8, outChannels: 16, machineCode: ["ordered"] },
  { side: 3, stride: 1, padding: 1, inChannels: 16, outChannels: 12, machineCode: ["ordered"] },
  { side: 1, stride: 2, padding: 0, inChannels: 8, outChannels: 8, machineCode: [] },
  { side: 3, stride: 2, padding: 1, inChannels: 8, outChannels: 1, machineCode: [] },
  { side: 3, stride: 1, padding: 1, inChannels: 3, outChannels: 1, machineCode: [] },
] satisfies {
  side: number;
  stride: number;
  padding: number;
  inChannels: number;
  outChannels: number;
  machineCode: AlgorithmEntry["kernelGradients"][];
}[];

for (const { side, stride, padding, inChannels, outChannels, machineCode } of CONVOLUTIONS) {
  const title = `${side} × ${side}, stride ${stride}, padding ${padding}, ${inChannels} to ${outChannels} channels`;
  Deno.test({
    name: `the gradient by a kernel is oneDNN's in machine code too: ${title}`,
    ignore,
    fn() {
      const x = tf.tensor4d(Float32Array.from(noise("x", 2 * 9 * 12 * inChannels)), [2, 9, 12, inChannels]);
      const shape: Shape = [side, side, inChannels, outChannels];
      const kernel = tf.tensor4d(Float32Array.from(noise("kernel", side ** 2 * inChannels * outChannels)), shape);
      const gradient = (kernelGradients: AlgorithmEntry["kernelGradients"]) => {
        const entry = anyEntry({ kernelGradients });
        const loss = (kernel: tf.Tensor4D) => tf.sum(tf.square(conv2d(x, kernel, { stride, padding })));
        return withAlgorithms({ entry }, () => tf.grad(loss as (kernel: tf.Tensor) => tf.Tensor)(kernel))
          .dataSync() as Float32Array;
      };
      const expected = gradient("oneDNN");
      const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const same = stride === 1 && padding > 0, dy = conv2d(x, kernel, { stride, padding });
      const padded = tf.pad4d(x, [[0, 0], ...Array(2).fill(same ? [0, 0] : [padding, padding]), [0, 0]] as never);
      const direct = { stride, padding: same ? "SAME" : "VALID" } as const;
      for (const kernelGradients of ["native", "ordered"] as const) {
        const found = gradient(kernelGradients);
        expected.forEach((value, i) => assert.ok(Math.abs(found[i] - value) < 2e-6 * largest, `${i}: ${found[i]}`));
        withAlgorithms({ entry: anyEntry({ kernelGradients }) }, () => {
          const isOurs = correlatedKernelGradient(padded, kernel, dy, direct) !== undefined;
          assert.equal(isOurs, machineCode.includes(kernelGradients), kernelGradients);
        });
      }
    },
  });
}

Deno.test({
  name:
    "gradients by kernels stay oneDNN's in 16 bits, in another entry, and for a map without pixels or with too many",
  ignore,
  async fn() {
    const plain = { stride: 2, padding: "VALID" } as const, kernel = { shape: [3, 3, 8, 8] } as unknown as tf.Tensor4D;
    const [x, dy] = [tf.zeros([1, 9, 9, 8]), tf.zeros([1, 4, 4, 8])] as tf.Tensor4D[];
    const correlates = (entry: { kernelGradients?: "native" }, y = dy) =>
      withAlgorithms({ entry: anyEntry(entry) }, () => correlatedKernelGradient(x, kernel, y, plain) !== undefined);
    assert.deepEqual([correlates({ kernelGradients: "native" }), correlates({})], [true, false]);
    assert.ok(!correlates({ kernelGradients: "native" }, tf.zeros([0, 4, 4, 8]) as tf.Tensor4D));
    const far = { shape: [1, 2 ** 14, 2 ** 12, 8] } as unknown as tf.Tensor4D;
    assert.ok(!correlates({ kernelGradients: "native" }, far), "distances in machine code have 32 bits");
    let inHalf: boolean | undefined;
    const step = compile((x: tf.Tensor) => {
      inHalf = correlates({ kernelGradients: "native" });
      return tf.add(x, 1);
    }, { precision: "mixed-bfloat16" });
    (await step(tf.scalar(1))).dispose();
    step.dispose();
    assert.equal(inHalf, false);
  },
});
