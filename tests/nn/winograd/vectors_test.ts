import assert from "node:assert/strict";
import { runsMachineCode, type VectorNumbers, widestVectors } from "lib/machine_code/mod.ts";
import {
  kernelGradientCode,
  kernelTransformCode,
  TURNED_BYTES,
  turnedKernelTransformCode,
} from "lib/nn/winograd/kernel_code.ts";
import { oddLines } from "lib/nn/winograd/odd_lines.ts";
import { pieceShape, piecesOf, pieceTiles } from "lib/nn/winograd/pieces.ts";
import { gradientProductCode, panelColumns, productCode } from "lib/nn/winograd/product_code.ts";
import { gradientTransformCode, inputTransformCode, outputTransformCode } from "lib/nn/winograd/transform_code.ts";
import { productsOf, type TileSize } from "lib/nn/winograd/winograd_matrices.ts";
import { noise } from "../../fixtures/formula.ts";
import { Emulator } from "../../machine_code/emulator.ts";
import { convolveExactly, PRECISION } from "./exact_convolution.ts";
import { natively, type Run } from "./run_code.ts";

interface Convolution {
  tile: TileSize;
  height: number;
  width: number;
  inChannels: number;
  outChannels: number;
  dilation?: number;
  activation?: "relu" | "relu6";
}

/** Reserves memory and notes where it is. */
class Places {
  bytes = 0;

  take(numbers: number): number {
    const place = this.bytes;
    this.bytes += oddLines(numbers);
    return place;
  }
}

/** Runs the code of a convolution, of its gradient by the input, and of that by the kernel, with vectors of some width. */
function compute(given: Convolution, widest: VectorNumbers, makeRun: (memory: Float32Array<ArrayBuffer>) => Run) {
  const { tile, height, width, inChannels, outChannels, dilation = 1, activation } = given;
  const products = productsOf(tile), area = height * width, places = new Places();
  const pieces = piecesOf({ height, width }, 1, dilation, { tile, tiles: Infinity }, { first: 0, end: height });
  const tiles = pieceTiles(pieces), inStride = oddLines(tiles * inChannels), outStride = oddLines(tiles * outChannels);
  const kernelStride = oddLines(inChannels * outChannels),
    planes = (stride: number) => places.take(products * stride / 4);
  const x = places.take(area * inChannels), dy = places.take(area * outChannels);
  const kernel = places.take(9 * inChannels * outChannels), bias = places.take(outChannels);
  const y = places.take(area * outChannels), dx = places.take(area * inChannels);
  const dw = places.take(9 * inChannels * outChannels), turned = places.take(TURNED_BYTES / 4);
  const inPlanes = planes(inStride), outPlanes = planes(outStride), weights = planes(kernelStride);
  const sums = planes(kernelStride);
  const memory = new Float32Array(places.bytes / 4).fill(NaN), run = makeRun(memory);
  for (
    const [place, numbers, name] of [
      [x, area * inChannels, "x"],
      [dy, area * outChannels, "dy"],
      [kernel, 9 * inChannels * outChannels, "kernel"],
      [bias, outChannels, "bias"],
      [y, area * outChannels, "before"],
    ] as const
  ) memory.set(noise(name, numbers), place / 4);

  const transform = (
    code: (shape: Parameters<typeof inputTransformCode>[0]) => Uint8Array,
    [map, channels]: readonly [number, number],
    plane: number,
    planeStride: number,
    { panel, others = [] }: { panel?: number; others?: readonly number[] } = {},
  ) => {
    let done = 0;
    for (const piece of pieces) {
      const shape = pieceShape(piece, { tile, dilation }, { width, channels, allChannels: channels });
      const panels = panel ? { columns: panel, stride: 4 * tiles * panel } : undefined;
      const pixel = 4 * (piece.row * width + piece.column) * channels;
      run(code({ ...shape, planeStride, panels }), [map + pixel, plane + 4 * done * (panel ?? channels), ...others]);
      done += piece.tiles;
    }
  };
  const shape = { tile, inChannels, outChannels, planeStride: kernelStride };
  const convolve = (inner: number, columns: number, leftStride: number, resultStride: number) => {
    const product = { products, rows: tiles, inner, columns, leftStride, resultStride, rightStride: kernelStride };
    return productCode(product, widest);
  };

  const forward = kernelTransformCode({ ...shape, panels: outChannels / panelColumns(outChannels, widest) }, widest);
  run(forward, [kernel, weights]);
  transform((shape) => inputTransformCode(shape, widest), [x, inChannels], inPlanes, inStride);
  run(convolve(inChannels, outChannels, inStride, outStride), [inPlanes, weights, outPlanes]);
  const output = { sum: true, activation };
  transform((shape) => outputTransformCode(shape, output, widest), [y, outChannels], outPlanes, outStride, {
    others: [bias],
  });

  const panels = inChannels / panelColumns(inChannels, widest);
  run(turnedKernelTransformCode({ ...shape, panels }, widest), [kernel, weights, turned]);
  transform((shape) => inputTransformCode(shape, widest), [dy, outChannels], outPlanes, outStride);
  run(convolve(outChannels, inChannels, outStride, inStride), [outPlanes, weights, inPlanes]);
  const plain = { sum: false, bias: false };
  transform((shape) => outputTransformCode(shape, plain, widest), [dx, inChannels], inPlanes, inStride);

  const leftPanel = panelColumns(inChannels, widest), panel = panelColumns(outChannels, widest);
  transform((shape) => inputTransformCode(shape, widest), [x, inChannels], inPlanes, inStride, { panel: leftPanel });
  transform((shape) => gradientTransformCode(shape, widest), [dy, outChannels], outPlanes, outStride, { panel });
  const strides = { leftStride: inStride, rightStride: outStride, resultStride: kernelStride };
  for (const sum of [false, true]) { // twice, so that the sums are twice what they would be
    const product = { products, tiles, rows: inChannels, columns: outChannels, leftPanel, ...strides, sum };
    run(gradientProductCode(product, widest), [inPlanes, outPlanes, sums]);
  }
  run(kernelGradientCode({ ...shape, parts: 1, channels: inChannels }, widest), [dw, sums]);

  const numbers = (place: number, count: number) => memory.slice(place / 4, place / 4 + count);
  return {
    y: numbers(y, area * outChannels),
    dx: numbers(dx, area * inChannels),
    dw: numbers(dw, 9 * inChannels * outChannels),
  };
}

/** The same in float64: with what was there before and the bias, and twice the gradient by the kernel. */
function exactly({ height, width, inChannels, outChannels, dilation = 1, activation }: Convolution) {
  const area = height * width, float32 = (name: string, count: number) => Float32Array.from(noise(name, count));
  const [x, dy] = [float32("x", area * inChannels), float32("dy", area * outChannels)];
  const kernel = float32("kernel", 9 * inChannels * outChannels), bias = float32("bias", outChannels);
  const before = float32("before", area * outChannels);
  const shape = { batch: 1, height, width, inChannels, outChannels, dilation };
  const { y, dx, dw } = convolveExactly(shape, x, kernel, dy), largest = activation === "relu6" ? 6 : Infinity;
  y.forEach((value, i) => {
    const sum = value + before[i] + bias[i % outChannels];
    y[i] = activation ? Math.min(Math.max(sum, 0), largest) : sum;
  });
  return { y, dx, dw: dw.map((value) => 2 * value) };
}

const CASES: Record<string, Convolution> = {
  "panels of 32 and of 16 channels": { tile: 4, height: 9, width: 6, inChannels: 32, outChannels: 48 },
  "more rows than registers, several panels": {
    tile: 2,
    height: 11,
    width: 13,
    inChannels: 64,
    outChannels: 32,
    activation: "relu",
  },
  "channels that fill half a vector": { tile: 4, height: 5, width: 8, inChannels: 24, outChannels: 40 },
  "half a vector to whole ones, with a dilation": {
    tile: 2,
    height: 7,
    width: 5,
    inChannels: 8,
    outChannels: 96,
    dilation: 2,
    activation: "relu6",
  },
  "one vector of sixteen": { tile: 4, height: 13, width: 12, inChannels: 16, outChannels: 16, dilation: 3 },
};

const bits = (numbers: Float32Array) => new Uint32Array(numbers.slice().buffer).join();

for (const [name, given] of Object.entries(CASES)) {
  Deno.test(`vectors of eight and of sixteen numbers compute the same bits: ${name}`, () => {
    const emulated = (memory: Float32Array) => {
      const emulator = new Emulator(memory);
      return emulator.run.bind(emulator);
    };
    const results = new Map<string, ReturnType<typeof compute>>();
    for (const widest of [8, 16] as const) {
      results.set(`${widest}, emulated`, compute(given, widest, emulated));
      if (runsMachineCode() && widest <= widestVectors()) results.set(`${widest}`, compute(given, widest, natively));
    }
    const exact = exactly(given);
    for (const what of ["y", "dx", "dw"] as const) {
      const first = bits(results.get("8, emulated")![what]);
      for (const [way, result] of results) assert.ok(bits(result[what]) === first, `${what}: ${way}`);
      const found = results.get("8, emulated")![what];
      const largest = exact[what].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      exact[what].forEach((value, i) => {
        const error = Math.abs(found[i] - value);
        assert.ok(error < PRECISION[given.tile] * largest, `${what} ${i}: ${found[i]} instead of ${value}`);
      });
    }
  });
}
