// @tags slow
import assert from "node:assert/strict";
import { CodeStore } from "lib/nn/engine/code_store.ts";
import type { ConvolutionLayer, Range } from "lib/nn/engine/engine_layers.ts";
import type { EnginePlan, MapPlace } from "lib/nn/engine/engine_plan.ts";
import { MapMemory } from "lib/nn/engine/map_memory.ts";
import { NativeConstants } from "lib/nn/engine/native_constants.ts";
import { StoredKernels } from "lib/nn/engine/stored_kernels.ts";
import { TransformedKernels } from "lib/nn/engine/winograd/transformed_kernels.ts";
import { transformBytes, type WinogradPlan } from "lib/nn/engine/winograd/winograd_plan.ts";
import { winogradCalls } from "lib/nn/engine/winograd/winograd_calls.ts";
import { runsMachineCode } from "lib/machine_code/mod.ts";
import { CallList, NativeMemory, OneDnn, Primitives } from "lib/onednn/mod.ts";
import { noise } from "../../../fixtures/formula.ts";
import { PRECISION } from "../../winograd/exact_convolution.ts";
import { ONE_THREAD } from "./one_thread.ts";

const oneDnn = OneDnn.open(), ignore = oneDnn === undefined || !runsMachineCode();

interface Case {
  images: number;
  height: number;
  width: number;
  inChannels: number;
  outChannels: number;
  dilation?: number;
  /** First of the channels, and all channels, of the maps that contain the input and the result. */
  among?: [first: number, all: number];
  /** First of the kernel's input channels, and number of all. */
  kernelInputs?: [first: number, all: number];
  addend?: boolean;
  activation?: "relu" | "relu6";
  bias?: boolean;
  rows?: Range;
  tiles?: number;
}

const CASES: Record<string, Case> = {
  "one tile": { images: 1, height: 4, width: 4, inChannels: 8, outChannels: 8 },
  "a map of one pixel": { images: 2, height: 1, width: 1, inChannels: 8, outChannels: 16 },
  "sides that are no multiples of a tile": {
    images: 2,
    height: 7,
    width: 13,
    inChannels: 16,
    outChannels: 24,
    bias: true,
  },
  "several pieces": { images: 3, height: 19, width: 22, inChannels: 8, outChannels: 32, tiles: 7, activation: "relu" },
  "a dilation that divides the sides": {
    images: 2,
    height: 16,
    width: 8,
    inChannels: 24,
    outChannels: 16,
    dilation: 4,
    bias: true,
  },
  "a dilation that does not": {
    images: 1,
    height: 17,
    width: 11,
    inChannels: 8,
    outChannels: 8,
    dilation: 3,
    tiles: 4,
  },
  "a dilation wider than the map": { images: 1, height: 5, width: 3, inChannels: 8, outChannels: 8, dilation: 6 },
  "a part of wider maps, and of the kernel": {
    images: 2,
    height: 9,
    width: 10,
    inChannels: 8,
    outChannels: 16,
    among: [8, 48],
    kernelInputs: [16, 40],
    bias: true,
    addend: true,
    activation: "relu6",
  },
  "some rows": {
    images: 1,
    height: 15,
    width: 9,
    inChannels: 8,
    outChannels: 8,
    rows: { first: 3, end: 11 },
    addend: true,
  },
  "some rows with a dilation": {
    images: 1,
    height: 15,
    width: 9,
    inChannels: 8,
    outChannels: 8,
    dilation: 2,
    rows: { first: 5, end: 12 },
    tiles: 3,
  },
};

/** Convolves in float64; other rows and other channels of the result keep what is there. */
function expectedMap(
  { images, height, width, inChannels, outChannels, dilation = 1, activation, addend, among, kernelInputs, rows }: Case,
  input: Float32Array,
  kernel: Float32Array,
  bias: Float32Array,
  before: Float32Array,
): Float64Array {
  const [first, all] = among ?? [0, NaN], inAll = among ? all : inChannels, outAll = among ? all : outChannels;
  const [kernelFirst, kernelAll] = kernelInputs ?? [0, inChannels], out = Float64Array.from(before);
  for (let n = 0; n < images; n++) {
    for (let y = rows?.first ?? 0; y < (rows?.end ?? height); y++) {
      for (let x = 0; x < width; x++) {
        for (let o = 0; o < outChannels; o++) {
          const at = ((n * height + y) * width + x) * outAll + first + o;
          let sum = bias[o] + (addend ? before[at] : 0);
          for (let tap = 0; tap < 9; tap++) {
            const row = y + (Math.floor(tap / 3) - 1) * dilation, column = x + (tap % 3 - 1) * dilation;
            if (row < 0 || row >= height || column < 0 || column >= width) continue;
            for (let c = 0; c < inChannels; c++) {
              sum += input[((n * height + row) * width + column) * inAll + first + c] *
                kernel[(tap * kernelAll + kernelFirst + c) * outChannels + o];
            }
          }
          out[at] = activation ? Math.min(Math.max(sum, 0), activation === "relu6" ? 6 : Infinity) : sum;
        }
      }
    }
  }
  return out;
}

/** Computes the same by Winograd's method. */
async function computedMap(
  given: Case,
  plan: WinogradPlan,
  input: Float32Array,
  kernel: Float32Array,
  bias: Float32Array,
  before: Float32Array,
) {
  const { images, height, width, inChannels, outChannels, dilation = 1, among, kernelInputs, rows } = given;
  const place = (storage: number, channels: number): MapPlace => ({
    height,
    width,
    channels,
    type: "float32",
    storage,
    firstChannel: among?.[0] ?? 0,
    allChannels: among?.[1] ?? channels,
  });
  const [kernelFirst, kernelAll] = kernelInputs ?? [0, inChannels];
  const layer: ConvolutionLayer = {
    kind: "convolution",
    input: 1,
    output: 2,
    kernel: 3,
    bias: given.bias ? 4 : undefined,
    inputChannels: { first: kernelFirst, end: kernelFirst + inChannels },
    depthwise: false,
    stride: 1,
    dilation,
    padding: [dilation, dilation],
    addend: given.addend ? 2 : undefined,
    activation: given.activation,
  };
  const output = place(1, outChannels), inBytes = input.byteLength / images, outBytes = before.byteLength / images;
  const workspaceBytes = transformBytes(plan, inChannels, output);
  const maps: EnginePlan = {
    images: 1,
    logits: 2,
    layers: [],
    places: new Map([[1, place(0, inChannels)], [2, output]]),
    offsets: [0, inBytes],
    bytes: inBytes + outBytes,
    workspaceBytes,
  };
  const recorded = new Map([
    [3, { shape: [3, 3, kernelAll, outChannels], values: kernel }],
    [4, { shape: [outChannels], values: bias }],
  ]);
  using memory = new NativeMemory(images * maps.bytes + workspaceBytes + 64);
  // What is behind the transforms must stay as it is.
  const bytes = new Uint8Array(memory.view(0, memory.bytes)).fill(0xff);
  bytes.set(new Uint8Array(input.buffer), 0);
  bytes.set(new Uint8Array(before.buffer), input.byteLength);
  using kernels = new StoredKernels(oneDnn!), primitives = new Primitives(oneDnn!), code = new CodeStore();
  using constants = new NativeConstants(oneDnn!), transformedKernels = new TransformedKernels(oneDnn!);
  const calls = winogradCalls(
    layer,
    plan,
    { primitives, kernels, transformedKernels, constants, recorded, code },
    new MapMemory({ plan: maps, base: 0, images }),
    rows ?? { first: 0, end: height },
    images * maps.bytes,
  );
  await transformedKernels.compute(ONE_THREAD);
  using list = new CallList(oneDnn!, calls, { address: memory.address, scratch: 0 });
  list.run();
  assert.ok(bytes.subarray(-64).every((byte) => byte === 0xff), "transforms end where the plan says");
  assert.deepEqual(new Float32Array(memory.view(0, input.byteLength)), input, "the input stays as it is");
  return new Float32Array(memory.view(input.byteLength, before.byteLength)).slice();
}

for (const [name, given] of Object.entries(CASES)) {
  for (const tile of [2, 4] as const) {
    Deno.test({
      name: `tiles of ${tile} × ${tile} pixels: ${name}`,
      ignore,
      async fn() {
        const { images, height, width, inChannels, outChannels, among, kernelInputs, tiles = 100 } = given;
        const area = images * height * width,
          numbers = (what: string, count: number) => Float32Array.from(noise(what, count));
        const input = numbers("input", area * (among?.[1] ?? inChannels));
        const before = numbers("before", area * (among?.[1] ?? outChannels));
        const kernel = numbers("kernel", 9 * (kernelInputs?.[1] ?? inChannels) * outChannels);
        const bias = given.bias ? numbers("bias", outChannels) : new Float32Array(outChannels);
        const expected = expectedMap(given, input, kernel, bias, before);
        const found = await computedMap(given, { tile, tiles }, input, kernel, bias, before);
        const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        found.forEach((value, i) => {
          assert.ok(
            Math.abs(value - expected[i]) < PRECISION[tile] * largest,
            `${i}: ${value} instead of ${expected[i]}`,
          );
        });
      },
    });
  }
}

for (const [tile, activation] of [[2, "relu"], [4, "relu"], [4, "relu6"], [4, undefined]] as const) {
  Deno.test({
    name: `an infinite number is not hidden: ${tile} × ${tile} pixels, ${activation ?? "no activation"}`,
    ignore,
    async fn() {
      const given: Case = { images: 1, height: 8, width: 8, inChannels: 8, outChannels: 8, activation };
      const input = new Float32Array(8 * 8 * 8).fill(1), kernel = new Float32Array(9 * 64).fill(1);
      input[0] = Infinity;
      const before = new Float32Array(input.length);
      const found = await computedMap(given, { tile, tiles: 4 }, input, kernel, new Float32Array(8), before);
      // The four pixels whose kernel meets it; the rest of the tile may be NaN too, all others are sums of ones.
      for (const pixel of [0, 1, 8, 9]) assert.ok(Number.isNaN(found[8 * pixel]), `${pixel}: ${found[8 * pixel]}`);
      assert.equal(found[8 * 63], activation === "relu6" ? 6 : 32);
    },
  });
}
