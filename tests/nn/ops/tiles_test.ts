// @tags slow
import assert from "node:assert/strict";
import { runsNativeOps } from "lib/native_ops/mod.ts";
import { type AlgorithmEntry, DIRECT } from "lib/nn/algorithms/algorithm_table.ts";
import { withAlgorithms } from "lib/nn/algorithms/current_entry.ts";
import { conv2d } from "lib/nn/ops/conv2d.ts";
import { tiledConv2d, tiledInputGradient } from "lib/nn/ops/tiles/tiled_conv2d.ts";
import { tiledKernelGradient } from "lib/nn/ops/tiles/tiled_kernel_gradient.ts";
import type { Tiling } from "lib/nn/ops/tiles/tiling.ts";
import { compile, tf } from "lib/tensorflow";
import { anyEntry } from "../../fixtures/algorithm_entry.ts";
import { fixedNormal } from "../../tensorflow/finite_differences.ts";
import { convolveExactly, PRECISION } from "../winograd/exact_convolution.ts";
import { bits, relativeError } from "./relative_error.ts";

type T4 = tf.Tensor4D;

const ignore = !runsNativeOps();

/** Batch, height, width, input and output channels, dilation. */
const CASES: Record<string, readonly [number, number, number, number, number, number]> = {
  "whole tiles": [2, 8, 8, 8, 16, 1],
  "one pixel": [2, 1, 1, 8, 8, 1],
  "odd sides, panels of eight channels": [1, 7, 13, 24, 40, 1],
  "a dilation that divides the sides": [2, 16, 16, 16, 32, 4],
  "a dilation that does not": [1, 17, 11, 16, 8, 3],
  "a dilation wider than the map": [1, 3, 5, 8, 8, 6],
  "few tiles of many channels: parts share the channels": [1, 8, 8, 72, 48, 1],
  "many tiles: parts share the tiles": [3, 21, 30, 16, 16, 1],
};

for (const [what, [batch, height, width, inChannels, outChannels, dilation]] of Object.entries(CASES)) {
  Deno.test({
    name: `tiles compute a convolution and its gradients: ${what}`,
    ignore,
    fn() {
      const x = fixedNormal([batch, height, width, inChannels]) as T4;
      const kernel = fixedNormal([3, 3, inChannels, outChannels], 1) as T4;
      const dy = fixedNormal([batch, height, width, outChannels], 2) as T4;
      const shape = { batch, height, width, inChannels, outChannels, dilation };
      const exact = convolveExactly(shape, x.dataSync(), kernel.dataSync(), dy.dataSync());
      for (const tile of [2, 4] as const) {
        const first: string[] = [];
        for (const options of [{ parts: 1 }, { parts: 2 }, { parts: 3, tiles: 5 }, { parts: 7 }]) {
          tf.tidy(() => {
            const tiling: Tiling = { tile, dilation, ...options };
            const y = tiledConv2d(x, kernel, tiling), dx = tiledInputGradient(dy, kernel, tiling);
            const dw = tiledKernelGradient(x, dy, tiling), way = `${tile} × ${tile} pixels, ${JSON.stringify(options)}`;
            assert.deepEqual([y.shape, dx.shape, dw.shape], [dy.shape, x.shape, kernel.shape]);
            assert.ok(relativeError(y, exact.y) < PRECISION[tile], way);
            assert.ok(relativeError(dx, exact.dx) < PRECISION[tile], way);
            assert.ok(relativeError(dw, exact.dw) < PRECISION[tile], way);
            // Who computes a tile does not matter.
            first[0] ??= bits(y);
            first[1] ??= bits(dx);
            assert.ok(bits(y) === first[0] && bits(dx) === first[1], way);
          });
        }
      }
      tf.dispose([x, kernel, dy]);
    },
  });
}

Deno.test({
  name: "a compiled step with tiles gives the same bits every time, fused or not",
  ignore,
  async fn() {
    const x = fixedNormal([3, 20, 20, 64]) as T4, kernel = fixedNormal([3, 3, 64, 64], 1) as T4;
    const dy = fixedNormal([3, 20, 20, 64], 2) as T4;
    const all: string[] = [];
    for (const fuse of [false, true]) {
      const step = compile((x: T4, kernel: T4, dy: T4) => {
        const tiling = { tile: 4, dilation: 1 } as const;
        const y = tf.relu(tiledConv2d(x, kernel, { ...tiling, tile: 2 }));
        return [y, tiledInputGradient(tf.add(dy, y), kernel, tiling), tiledKernelGradient(tf.add(x, y), dy, tiling)];
      }, { fuse });
      for (let run = 0; run < 20; run++) {
        const results = await step(x, kernel, dy);
        all.push(results.map(bits).join(";"));
        tf.dispose(results);
      }
      step.dispose();
    }
    for (const each of all) assert.ok(each === all[0]);
    tf.dispose([x, kernel, dy]);
  },
});

Deno.test({
  name: "an infinite number is not hidden, and spoils no other image",
  ignore,
  fn() {
    tf.tidy(() => {
      const x = tf.tensor4d(Float32Array.from({ length: 2 * 36 * 8 }, (_, i) => i === 20 * 8 ? Infinity : 1), [
        2,
        6,
        6,
        8,
      ]);
      const kernel = tf.ones([3, 3, 8, 8]) as T4;
      for (const tile of [2, 4] as const) {
        const y = tiledConv2d(x, kernel, { tile, dilation: 1 }).dataSync();
        assert.ok(!Number.isFinite(y[20 * 8]));
        assert.ok(y.subarray(36 * 8).every(Number.isFinite));
      }
    });
  },
});

Deno.test("where no code of the project can run, direct convolutions compute what the entry gives to tiles", async () => {
  const tiles = [{ algorithm: "tiles4" }, { algorithm: "tiles2" }];
  const entry = anyEntry({ rules: { forward: tiles, inputGradient: tiles, kernelGradient: tiles } });
  const x = fixedNormal([2, 10, 9, 16]) as T4, kernel = fixedNormal([3, 3, 16, 8], 1) as T4;
  const gradients = (entry: AlgorithmEntry | string, xla: boolean) =>
    compile(
      (x: T4, kernel: T4) =>
        withAlgorithms({ entry }, () =>
          tf.grads((x, kernel) => tf.sum(tf.square(conv2d(x as T4, kernel as T4, { padding: 1 }))))([x, kernel])),
      { xla },
    );
  // XLA compiles no native ops.
  const steps = [gradients(DIRECT, false), gradients(entry, true), gradients(entry, false)];
  const [expected, ...others] = await Promise.all(steps.map((step) => step(x, kernel)));
  for (const found of others) {
    found.forEach((gradient, i) => {
      assert.ok(relativeError(gradient, Float64Array.from(expected[i].dataSync())) < 1e-5);
    });
  }
  for (const step of steps) step.dispose();
});

Deno.test({
  name: "an empty batch has an empty result and gradients of zero",
  ignore,
  fn() {
    tf.tidy(() => {
      const x = tf.zeros([0, 8, 8, 16]) as T4,
        kernel = fixedNormal([3, 3, 16, 8]) as T4,
        dy = tf.zeros([0, 8, 8, 8]) as T4;
      for (const tiling of [{ tile: 4, dilation: 1 }, { tile: 2, dilation: 1, tiles: 3 }] as const) {
        assert.deepEqual(tiledConv2d(x, kernel, tiling).shape, [0, 8, 8, 8]);
        assert.deepEqual(tiledInputGradient(dy, kernel, tiling).shape, [0, 8, 8, 16]);
        assert.ok(tiledKernelGradient(x, dy, tiling).dataSync().every((value) => value === 0));
      }
    });
  },
});
