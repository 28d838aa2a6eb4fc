import assert from "node:assert/strict";
import { runsMachineCode, widestVectors } from "lib/machine_code/mod.ts";
import { panelColumns } from "lib/nn/winograd/product_code.ts";
import { STORED_KERNEL_BYTES, storedKernelCode } from "lib/nn/winograd/stored_kernel_code.ts";
import { kernelMatrix, productsOf, type TileSize, WINOGRAD_MATRICES } from "lib/nn/winograd/winograd_matrices.ts";
import { noise } from "../../fixtures/formula.ts";
import { Emulator, fused } from "../../machine_code/emulator.ts";
import { natively, type Run } from "./run_code.ts";

interface Kernel {
  tile: TileSize;
  inChannels: number;
  outChannels: number;
  /** The first input channel that is transformed, and how many are. */
  first: number;
  channels: number;
}

/** Transforms a part of a kernel. @returns `[products, channels, outChannels]` */
function transform(
  { tile, inChannels, outChannels, first, channels }: Kernel,
  widest: 8 | 16,
  makeRun: (memory: Float32Array<ArrayBuffer>) => Run,
): Float32Array {
  const columns = panelColumns(outChannels, widest), panels = outChannels / columns, products = productsOf(tile);
  const matrix = kernelMatrix(tile), size = 9 * inChannels * outChannels, plane = channels * outChannels;
  const places = { kernel: 0, matrix: 4 * size, block: 4 * (size + matrix.length) };
  const planes = places.block + STORED_KERNEL_BYTES, end = planes / 4 + products * plane;
  const memory = new Float32Array(end + 1).fill(NaN);
  memory.set(noise("kernel", size));
  memory.set(matrix, size);
  const shape = { tile, inChannels, outChannels, channels, panels, planeStride: 4 * plane };
  makeRun(memory)(storedKernelCode(shape, widest), [4 * first * outChannels, planes, places.matrix, places.block]);
  assert.ok(Number.isNaN(memory[end]), "nothing is written behind the transforms");
  const found = new Float32Array(products * plane);
  found.forEach((_, i) => {
    const out = i % outChannels, row = Math.floor(i / outChannels) % channels, product = Math.floor(i / plane);
    const panel = Math.floor(out / columns);
    found[i] = memory[planes / 4 + product * plane + (panel * channels + row) * columns + out % columns];
  });
  return found;
}

/** The same in float64. */
function exactly({ tile, inChannels, outChannels, first, channels }: Kernel): Float64Array {
  const { kernel: matrix } = WINOGRAD_MATRICES[tile], side = matrix.length, plane = channels * outChannels;
  const kernel = Float32Array.from(noise("kernel", 9 * inChannels * outChannels));
  return Float64Array.from({ length: side * side * plane }, (_, i) => {
    const product = Math.floor(i / plane), at = first * outChannels + i % plane;
    const rows = matrix[Math.floor(product / side)], columns = matrix[product % side];
    return rows.reduce(
      (sum, a, y) =>
        columns.reduce((sum, b, x) => sum + a * b * kernel[(3 * y + x) * inChannels * outChannels + at], sum),
      0,
    );
  });
}

/** The sums of a matrix product with `kernelMatrix`, one term after the other, each rounded once. */
function asProduct({ tile, inChannels, outChannels, first, channels }: Kernel): Float32Array {
  const matrix = kernelMatrix(tile), plane = channels * outChannels, tap = inChannels * outChannels;
  const kernel = Float32Array.from(noise("kernel", 9 * tap));
  return Float32Array.from({ length: productsOf(tile) * plane }, (_, i) => {
    const product = Math.floor(i / plane), at = first * outChannels + i % plane;
    let sum = 0;
    for (let k = 0; k < 9; k++) sum = fused(matrix[9 * product + k], kernel[k * tap + at], sum);
    return sum;
  });
}

const KERNELS: Record<string, Kernel> = {
  "all channels, several panels": { tile: 4, inChannels: 16, outChannels: 96, first: 0, channels: 16 },
  "the last channels": { tile: 2, inChannels: 24, outChannels: 32, first: 8, channels: 16 },
  "channels that fill half a vector": { tile: 4, inChannels: 16, outChannels: 40, first: 0, channels: 8 },
  "one panel": { tile: 2, inChannels: 8, outChannels: 8, first: 0, channels: 8 },
};

for (const [name, kernel] of Object.entries(KERNELS)) {
  Deno.test(`kernels that are kept are transformed, with vectors of eight and of sixteen: ${name}`, () => {
    const exact = exactly(kernel), product = asProduct(kernel);
    const emulated = (memory: Float32Array) => {
      const emulator = new Emulator(memory);
      return emulator.run.bind(emulator);
    };
    const first = transform(kernel, 8, emulated);
    // Nine products of numbers below 1 and factors of at most 1.
    first.forEach((value, i) => assert.ok(Math.abs(value - exact[i]) < 1e-6, `${i}: ${value} instead of ${exact[i]}`));
    const others = [product, transform(kernel, 16, emulated)];
    if (runsMachineCode()) {
      for (const widest of [8, 16] as const) {
        if (widest <= widestVectors()) others.push(transform(kernel, widest, natively));
      }
    }
    for (const other of others) {
      assert.ok(other.every((value, i) => Object.is(value, first[i]) || (value === 0 && first[i] === 0)));
    }
  });
}
