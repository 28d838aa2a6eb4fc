import assert from "node:assert/strict";
import { type EngineNetwork, layerInputs } from "lib/nn/engine/engine_layers.ts";
import { type EnginePlan, type MapPlace, NUMBER_BYTES, planEngine } from "lib/nn/engine/engine_plan.ts";
import { OneDnnError } from "lib/onednn/mod.ts";
import type { RecordedConstant } from "lib/tensorflow/mod.ts";

/** A kernel `[side, side, in, out]`. */
function kernel(side: number, input: number, output: number): RecordedConstant {
  return { shape: [side, side, input, output], values: new Float32Array(side * side * input * output) };
}

const convolution = { kind: "convolution", depthwise: false, stride: 1, dilation: 1, padding: [1, 1] } as const;
const standardization = { factor: Float64Array.of(1), addend: Float64Array.of(0) };

/** Two levels of a U-Net with a residual block, whose input is needed again by the skip connection. */
const NETWORK: EngineNetwork = {
  input: 0,
  output: 20,
  layers: [
    { ...convolution, input: 0, output: 1, kernel: 100, activation: "relu" },
    { ...convolution, input: 1, output: 2, kernel: 101, activation: "relu" },
    { ...convolution, input: 2, output: 3, kernel: 101, addend: 1, activation: "relu" },
    { kind: "maxPool", input: 3, output: 4 },
    { ...convolution, input: 4, output: 5, kernel: 101, activation: "relu" },
    { kind: "average", input: 5, output: 6, bins: 1 },
    { kind: "bilinear", input: 6, output: 7, size: { as: 5 }, alignCorners: true },
    { kind: "join", inputs: [5, 7, 5], output: 8 },
    { ...convolution, input: 8, output: 9, kernel: 102 },
    { kind: "nearest", input: 9, output: 10, size: { as: 3 } },
    { kind: "join", inputs: [10, 3], output: 11 },
    { ...convolution, input: 11, output: 12, kernel: 103 },
    { ...convolution, input: 12, output: 20, kernel: 104 },
  ],
  standardization,
};

function constants(): Map<number, RecordedConstant> {
  return new Map([[100, kernel(3, 1, 8)], [101, kernel(3, 8, 8)], [102, kernel(3, 24, 8)], [103, kernel(3, 16, 8)], [
    104,
    kernel(3, 8, 1),
  ]]);
}

/** The bytes that a map takes in its storage, as channels of pixels `[first, end)` of each pixel. */
function overlap(plan: EnginePlan, a: MapPlace, b: MapPlace): boolean {
  const bytes = ({ height, width, allChannels, type }: MapPlace) => height * width * allChannels * NUMBER_BYTES[type];
  const [from, to] = [a, b].map(({ storage }) => plan.offsets[storage]);
  if (a.storage === b.storage && a.allChannels === b.allChannels) {
    return a.firstChannel < b.firstChannel + b.channels && b.firstChannel < a.firstChannel + a.channels;
  }
  return from < to + bytes(b) && to < from + bytes(a);
}

for (const type of ["float32", "bfloat16"] as const) {
  for (const side of [8, 32, 64]) {
    Deno.test(`no layer overwrites a map that is read later: ${type}, ${side} pixels`, () => {
      const plan = planEngine(NETWORK, constants(), { height: side, width: side, channels: 1 }, type);
      const layers = plan.layers.map(({ layer }) => layer);
      const folded = layers.some(({ kind }) => kind === "interleave");
      assert.equal(folded, type === "float32" && side >= 32);
      layers.forEach((layer, index) => {
        const output = plan.places.get(layer.output)!;
        const later = new Set([...layers.slice(index + 1).flatMap(layerInputs), plan.logits]);
        const known = new Set([plan.images, ...layers.slice(0, index).map(({ output }) => output)]);
        for (const id of later) {
          if (!known.has(id)) continue;
          // A map that is joined in place belongs to the joined one.
          const isPart = layer.kind === "join" && layer.inputs.includes(id);
          assert.ok(isPart || !overlap(plan, output, plan.places.get(id)!), `layer ${index} overwrites map ${id}`);
        }
        for (const id of layerInputs(layer)) {
          const isAddend = layer.kind === "convolution" && layer.addend === id;
          const isPart = layer.kind === "join" && plan.places.get(id)!.storage === output.storage;
          assert.ok(isAddend || isPart || !overlap(plan, output, plan.places.get(id)!), `layer ${index} reads ${id}`);
        }
      });
      const { height, width, channels } = plan.places.get(plan.logits)!;
      assert.deepEqual([height, width, channels, plan.places.get(plan.logits)!.type], [side, side, 1, "float32"]);
      assert.equal(plan.places.get(plan.images)!.type, "float32");
    });
  }
}

Deno.test("the map that is resized is written where it is joined, and one that is joined twice is copied", () => {
  const { places } = planEngine(NETWORK, constants(), { height: 8, width: 8, channels: 1 }, "float32");
  assert.deepEqual(
    [7, 8].map((id) => [places.get(id)!.storage === places.get(8)!.storage, places.get(id)!.firstChannel]),
    [[true, 8], [true, 0]],
  );
  assert.notEqual(places.get(5)!.storage, places.get(8)!.storage);
});

Deno.test("sums of maps that differ, and enlargements by no whole number, are refused", () => {
  const image = { height: 32, width: 32, channels: 1 };
  const broadcast: EngineNetwork = {
    input: 0,
    output: 3,
    layers: [
      { ...convolution, input: 0, output: 1, kernel: 100 },
      { kind: "average", input: 1, output: 2, bins: 1 },
      { ...convolution, input: 0, output: 3, kernel: 100, addend: 2 },
    ],
    standardization,
  };
  assert.throws(() => planEngine(broadcast, constants(), image, "float32"), OneDnnError);
  const odd = { height: 33, width: 32, channels: 1 };
  assert.throws(() => planEngine(NETWORK, constants(), odd, "float32"), /no whole number/);
});
