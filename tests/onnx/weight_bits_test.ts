import assert from "node:assert/strict";
import { generateDataset, TrainedModel } from "lib";
import { normalizeImage } from "lib/images";
import { onnxModel } from "lib/onnx";
import { GraphBuilder } from "lib/onnx/graph_builder.ts";
import { scaleToIntegers } from "lib/onnx/scale_to_integers.ts";
import { smallModel } from "../tasks/small_model.ts";
import { runOnnx } from "./run_onnx.ts";

Deno.test("with 16 bits for each weight the file has half of the size, and the masks stay the same", async () => {
  const model = smallModel({ decoderChannels: [16, 16, 16], seed: 1 });
  using segmenter = new TrainedModel(model, { normalization: "robust", threshold: 0.5 });
  const full = onnxModel(segmenter), half = onnxModel(segmenter, { weightBits: 16 });
  assert.ok(half.length < 0.52 * full.length, `${half.length} bytes of ${full.length}`);
  const { samples: [{ image }] } = await generateDataset({ count: 1, size: 64 });
  const { width, height, channels } = image, values = normalizeImage(image, "robust");
  // A grey image is taken three times.
  const pixels = Float32Array.from({ length: 3 * width * height }, (_, i) => values[Math.floor(i * channels / 3)]);
  const input = [{ width, height, channels: 3, pixels }];
  const [expected] = await runOnnx(full, input), [found] = await runOnnx(half, input);
  const middle = expected.toSorted()[expected.length >> 1];
  const differences = expected.map((p, i) => Math.abs(p - found[i]));
  assert.ok(Math.max(...differences) < 0.0005, `${Math.max(...differences)}`);
  const different = expected.filter((p, i) => p > middle !== found[i] > middle).length;
  // The weights are random, and their threshold is where most pixels are.
  assert.ok(different <= expected.length / 1000, `${different} pixels`);
});

Deno.test("weights of 16 bits are integers with a scale for each output channel", () => {
  const values = Float32Array.of(0.5, -0.25, 1e-9, 3e-9, 0, 0, 1e5, -1),
    { integers, scales } = scaleToIntegers(values, 4);
  for (const [i, value] of values.entries()) {
    const channel = i >> 1, largest = Math.abs(values[channel * 2]) || 0;
    const error = Math.abs(integers[i] * scales[channel] - value);
    assert.ok(error <= 1.6e-5 * Math.max(largest, Math.abs(values[channel * 2 + 1])), `${value}: ${error}`);
  }
  assert.deepEqual([...integers.subarray(0, 2)], [32767, -16383]);
});

Deno.test("weights that are no finite numbers keep 32 bits", () => {
  const graph = new GraphBuilder({ weightBits: 16 });
  graph.weights(Float32Array.of(0.5, -1), [2, 1, 1, 1]);
  graph.weights(Float32Array.of(Infinity, -1), [2, 1, 1, 1]);
  assert.deepEqual(graph.initializers.map(({ dataType, rawData }) => [dataType, rawData.length]), [
    [5, 4],
    [1, 8],
    [1, 8],
  ]);
  assert.deepEqual(graph.nodes.map(({ opType }) => opType), ["Cast", "Mul"]);
});
