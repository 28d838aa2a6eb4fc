// @tags slow
import assert from "node:assert/strict";
import { ExecutableMemory } from "lib/machine_code/mod.ts";
import { runsNativeOps } from "lib/native_ops/mod.ts";
import type { AlgorithmEntry } from "lib/nn/algorithms/algorithm_table.ts";
import { withAlgorithms } from "lib/nn/algorithms/current_entry.ts";
import { batchNorm } from "lib/nn/ops/batch_norm.ts";
import { nativeBatchNorm } from "lib/nn/ops/native_norm/native_batch_norm.ts";
import { compile, type CompileOptions, type Precision, ResourceVariable, tf } from "lib/tensorflow";
import { anyEntry } from "../../fixtures/algorithm_entry.ts";
import { fixedNormal } from "../../tensorflow/finite_differences.ts";
import { bits, relativeError } from "./relative_error.ts";

type T4 = tf.Tensor4D;

const ignore = !runsNativeOps(), EPSILON = 1e-5, MOMENTUM = 0.1;

/** Shapes of maps: with and without a block that is not whole, for one thread and for several, for each group of vectors. */
const SHAPES: Record<string, [number, number, number, number]> = {
  "two pixels": [2, 1, 1, 8],
  "one whole block": [2, 8, 8, 16],
  "several blocks and a rest": [3, 9, 13, 24],
  "many channels, few pixels": [2, 3, 3, 512],
  "enough for several threads": [2, 30, 29, 32],
  "many blocks": [1, 70, 71, 8],
  "whole blocks alone, for several threads": [2, 16, 32, 32],
  "16 channels for several threads": [2, 40, 30, 16],
  "40 channels": [1, 6, 7, 40],
  "2048 channels": [1, 2, 2, 2048],
};

/** What follows: an activation, and whether a map is added. */
interface After {
  activation?: "relu" | "relu6";
  sum: boolean;
}

const AFTER: Record<string, After> = {
  "nothing after it": { sum: false },
  "a ReLU": { activation: "relu", sum: false },
  "a ReLU up to 6": { activation: "relu6", sum: false },
  "a sum": { sum: true },
  "a sum and a ReLU": { activation: "relu", sum: true },
  "a sum and a ReLU up to 6": { activation: "relu6", sum: true },
};

/** Rounds numbers to bfloat16, to even in the middle. */
function nearestHalves(numbers: Float32Array): Float32Array {
  const words = new Uint32Array(numbers.buffer);
  words.forEach((word, i) => words[i] = (word + 0x7fff + (word >>> 16 & 1)) & 0xffff0000);
  return numbers;
}

function rounded(x: tf.Tensor): tf.Tensor {
  return tf.tensor(nearestHalves(x.dataSync().slice() as Float32Array), x.shape);
}

/** The batch normalisation, its new running statistics, and its gradients for `dy`, in float64. */
function inFloat64(
  x: tf.Tensor,
  scale: tf.Tensor,
  offset: tf.Tensor,
  dy: tf.Tensor,
  activation: After["activation"],
  addend?: tf.Tensor,
  half = false,
) {
  const channels = scale.size,
    pixels = x.size / channels,
    numbers = (tensor: tf.Tensor) => Float64Array.from(tensor.dataSync());
  const [given, gradient, scales, offsets] = [x, dy, scale, offset].map(numbers), added = addend && numbers(addend);
  const y = new Float64Array(x.size), dx = new Float64Array(x.size), masked = new Float64Array(x.size);
  const mean = new Float64Array(channels), variance = new Float64Array(channels);
  const largest = activation === "relu6" ? 6 : Infinity;
  let largestTerm = 0;
  const dscale = new Float64Array(channels), doffset = new Float64Array(channels);
  for (let c = 0; c < channels; c++) {
    for (let i = c; i < x.size; i += channels) mean[c] += given[i] / pixels;
    for (let i = c; i < x.size; i += channels) variance[c] += (given[i] - mean[c]) ** 2 / pixels;
    const deviation = Math.sqrt(variance[c] + EPSILON);
    for (let i = c; i < x.size; i += channels) {
      const normal = (given[i] - mean[c]) / deviation, sum = normal * scales[c] + offsets[c] + (added?.[i] ?? 0);
      y[i] = activation ? Math.min(Math.max(sum, 0), largest) : sum;
      // Where a map was added, the gradient reads the result.
      const [seen] = half && added ? nearestHalves(Float32Array.of(sum)) : [sum];
      masked[i] = activation && (seen <= 0 || seen >= largest) ? 0 : gradient[i];
      dscale[c] += masked[i] * normal;
      doffset[c] += masked[i];
    }
    for (let i = c; i < x.size; i += channels) {
      const normal = (given[i] - mean[c]) / deviation;
      largestTerm = Math.max(largestTerm, Math.abs(scales[c] / deviation * masked[i]));
      dx[i] = scales[c] / deviation * (masked[i] - doffset[c] / pixels - normal * dscale[c] / pixels);
    }
  }
  const runningMean = mean.map((value) => 0.9 * 0.5 + MOMENTUM * value);
  const runningVariance = variance.map((value) => 0.9 * 2 + MOMENTUM * value * pixels / (pixels - 1));
  return { y, runningMean, runningVariance, dx, addend: masked, dscale, doffset, largestTerm };
}

/** Runs the op on a map far from zero, in a compiled step; returns what it computed. */
async function run(
  shape: [number, number, number, number],
  { activation, sum }: After,
  threads: number,
  precision: Precision = "float32",
) {
  const asGiven = (x: tf.Tensor) => precision === "float32" ? x : tf.tidy(() => rounded(x));
  const channels = shape[3], x = tf.tidy(() => asGiven(tf.add(tf.mul(fixedNormal(shape), 3), 20))) as T4;
  const scale = tf.tidy(() => tf.mul(fixedNormal([channels], 1), 3)) as tf.Tensor1D;
  const offset = fixedNormal([channels], 2) as tf.Tensor1D, dy = asGiven(fixedNormal(shape, 3)) as T4;
  const addend = sum ? asGiven(fixedNormal(shape, 4)) as T4 : undefined;
  const running = [0.5, 2].map((value) => tf.tidy(() => new ResourceVariable(tf.fill([channels], value), false)));
  const variables = { scale, offset, runningMean: running[0], runningVariance: running[1] };
  const options = { training: true, epsilon: EPSILON, momentum: MOMENTUM };
  const inputs = addend ? [x, scale, offset, addend] : [x, scale, offset];
  const step = compile((...given: tf.Tensor[]) => {
    let y: tf.Tensor | undefined;
    const gradients = tf.grads((x, scale, offset, addend) => {
      const current = { ...variables, scale: scale as tf.Tensor1D, offset: offset as tf.Tensor1D };
      const after = { activation, addend: addend as T4 | undefined };
      return y = tf.keep(nativeBatchNorm(x as T4, current, options, after, threads));
    })(given, dy);
    return [y!, ...gradients];
  }, { precision });
  const found = await step(...inputs), results = [...found, ...running.map((variable) => variable.clone())];
  const exact = inFloat64(x, scale, offset, dy, activation, addend, precision !== "float32");
  step.dispose();
  tf.dispose([...inputs, dy, ...running]);
  return { results, exact };
}

for (const [name, shape] of Object.entries(SHAPES)) {
  for (const [after, options] of Object.entries(AFTER)) {
    Deno.test({
      name: `machine code normalises a batch and computes its gradients: ${name}, ${after}`,
      ignore,
      async fn() {
        const all: string[] = [];
        for (const threads of [1, 2, 3]) {
          const { results, exact } = await run(shape, options, threads);
          const expected = [exact.y, exact.dx, exact.dscale, exact.doffset, ...options.sum ? [exact.addend] : []];
          [...expected, exact.runningMean, exact.runningVariance].forEach((numbers, i) => {
            // Of two pixels, the terms of the gradient by the map cancel.
            const found = relativeError(results[i], numbers, numbers === exact.dx ? exact.largestTerm : 0);
            assert.ok(found < 1e-5, `${i}, ${threads} threads: ${found}`);
          });
          all.push(results.map(bits).join(";"));
          tf.dispose(results);
        }
        for (const each of all) assert.ok(each === all[0], "the bits do not depend on the threads");
      },
    });
  }
}

for (
  const name of ["two pixels", "several blocks and a rest", "many channels, few pixels", "40 channels", "many blocks"]
) {
  for (const [after, options] of Object.entries(AFTER)) {
    Deno.test({
      name: `in a step in bfloat16, machine code rounds maps alone: ${name}, ${after}`,
      ignore,
      async fn() {
        const all: string[] = [];
        for (const threads of [1, 3]) {
          const { results, exact } = await run(SHAPES[name], options, threads, "mixed-bfloat16");
          const maps = [exact.y, exact.dx, ...options.sum ? [exact.addend] : []];
          const [y, dx, scale, offset, ...rest] = results, added = options.sum ? [rest.shift()!] : [];
          // At most half the distance of two numbers of 8 bits; single precision elsewhere.
          [y, dx, ...added].forEach((tensor, i) => {
            const found = relativeError(tensor, maps[i], i === 1 ? exact.largestTerm : 0);
            assert.ok(found < 2 ** -7.99, `map ${i}, ${threads} threads: ${found}`);
            assert.equal(bits(rounded(tensor)), bits(tensor), "its numbers are bfloat16");
          });
          const others = [exact.dscale, exact.doffset, exact.runningMean, exact.runningVariance];
          [scale, offset, ...rest].forEach((tensor, i) => {
            const found = relativeError(tensor, others[i]);
            assert.ok(found < 1e-5, `${i}, ${threads} threads: ${found}`);
          });
          all.push(results.map(bits).join(";"));
          tf.dispose(results);
        }
        assert.equal(all[1] === all[0], true, "the bits do not depend on the threads");
      },
    });
  }
}

/** An entry of the table of algorithms. */
const entryWith = (batchNorm: "TensorFlow" | "native", bfloat16: "TensorFlow" | "native" = "TensorFlow") =>
  anyEntry({ batchNorm, bfloat16 });

/** Computes a normalisation, what follows it and its gradients with an entry; returns them, and whether machine code did. */
async function withEntry(
  entry: AlgorithmEntry,
  { channels = 16, training = true, ...compiled }:
    & { channels?: number; training?: boolean }
    & CompileOptions = {},
) {
  const shape: [number, number, number, number] = [2, 9, 10, channels];
  const x = fixedNormal(shape) as T4, addend = fixedNormal(shape, 1) as T4, ones = tf.ones([channels]) as tf.Tensor1D;
  const running = [0, 1].map((value) => tf.tidy(() => new ResourceVariable(tf.fill([channels], value), false)));
  const variables = { scale: ones, offset: ones, runningMean: running[0], runningVariance: running[1] };
  const before = ExecutableMemory.count;
  const step = compile(
    (x: tf.Tensor, addend: tf.Tensor) =>
      withAlgorithms({ entry }, () =>
        tf.grads((x, addend) => {
          const after = { addend: () => addend as T4, activation: "relu" } as const;
          return tf.square(batchNorm(x as T4, variables, { training, epsilon: EPSILON, momentum: MOMENTUM }, after));
        })([x, addend])),
    compiled,
  );
  const found = await step(x, addend), isNative = ExecutableMemory.count > before;
  const values = [...found, ...running].map((tensor) => tensor.dataSync().slice());
  step.dispose();
  tf.dispose([x, addend, ones, ...found, ...running]);
  return { values, isNative };
}

Deno.test({
  name: "an entry decides what computes batch normalisations in training; both compute the same",
  ignore,
  async fn() {
    const [expected, found] = [await withEntry(entryWith("TensorFlow")), await withEntry(entryWith("native"))];
    assert.deepEqual([expected.isNative, found.isNative], [false, true]);
    expected.values.forEach((numbers, i) => {
      numbers.forEach((value, at) => assert.ok(Math.abs(found.values[i][at] - value) < 1e-5, `${i}, ${at}`));
    });
  },
});

Deno.test({
  name: "of steps in 16 bits, machine code normalises those whose maps stay in bfloat16 and whose entry says so",
  ignore,
  async fn() {
    const found: boolean[] = [];
    for (const precision of ["mixed-bfloat16", "mixed-float16", "mixed"] as const) {
      for (const entry of [entryWith("native"), entryWith("native", "native")]) {
        found.push((await withEntry(entry, { precision, halfMaps: true })).isNative);
      }
    }
    found.push((await withEntry(entryWith("native", "native"), { precision: "mixed-bfloat16" })).isNative);
    assert.deepEqual(found, [false, true, false, false, false, false, false]);
  },
});

Deno.test("TensorFlow normalises where machine code cannot: odd channels, predictions, XLA", async () => {
  const bfloat16 = { precision: "mixed-bfloat16", halfMaps: true } as const;
  const cases = [{ channels: 12 }, { training: false }, { xla: true }, { channels: 12, ...bfloat16 }];
  for (const options of cases) {
    assert.equal((await withEntry(entryWith("native", "native"), options)).isNative, false, JSON.stringify(options));
  }
});

Deno.test({
  name: "outside compiled steps the gradients are the same, and one that is not masked is a tensor of its own",
  ignore,
  fn() {
    const shape: [number, number, number, number] = [2, 9, 10, 16];
    const [x, added, dy] = [0, 1, 2].map((seed) => fixedNormal(shape, seed) as T4);
    const scale = fixedNormal([16], 3) as tf.Tensor1D;
    const running = [0, 1].map((value) => tf.tidy(() => new ResourceVariable(tf.fill([16], value), false)));
    const variables = { scale, offset: scale, runningMean: running[0], runningVariance: running[1] };
    const options = { training: true, epsilon: EPSILON, momentum: MOMENTUM };
    // What is added has another use before, so that its gradients are summed, and the first one is freed.
    const [dx, dadded] = tf.tidy(() =>
      tf.grads((x, added) => {
        const twice = tf.mul(added, 2);
        return nativeBatchNorm(tf.add(x, twice) as T4, variables, options, { addend: twice as T4 });
      })([x, added], dy)
    );
    assert.equal(dy.isDisposed, false);
    const both = tf.tidy(() => tf.mul(tf.add(dx, dy), 2)), found = dadded.dataSync();
    both.dataSync().forEach((value, i) => assert.ok(Math.abs(found[i] - value) < 1e-5));
    tf.dispose([x, added, scale, dy, dx, dadded, both, ...running]);
  },
});
