// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { createModel, loadModel } from "lib";
import { keepWeights, mapsAgree } from "lib/runs/keep_weights.ts";
import { halfPrecision } from "lib/nn/weights/half_precision.ts";
import { decodeSafetensors, encodeSafetensors } from "lib/nn/weights/safetensors.ts";
import { stateDict } from "lib/nn/weights/state_dict.ts";
import { createTask } from "lib/task";
import { temporaryFolder } from "../io/temporary_folder.ts";

Deno.test("maps agree within a thousandth and with equal masks at every threshold", () => {
  const maps = [Float32Array.of(0.1, 0.4999, 0.9)];
  const agree = (...others: number[]) => mapsAgree(maps, [Float32Array.from(others)], [0.5, 0.8]);
  assert.ok(agree(0.1009, 0.4995, 0.9));
  assert.ok(!agree(0.102, 0.4999, 0.9));
  assert.ok(!agree(0.1, 0.5001, 0.9));
});

Deno.test("maps of classes agree if every pixel has the same class", () => {
  const task = createTask({ task: "classes", classNames: ["background", "round", "long"] });
  const maps = [Float32Array.of(0.1, 0.4504, 0.4496)];
  const agree = (...others: number[]) => mapsAgree(maps, [Float32Array.from(others)], [0.5], task);
  assert.ok(agree(0.1, 0.4501, 0.4499));
  assert.ok(!agree(0.1, 0.4499, 0.4501));
  assert.ok(!agree(0.102, 0.4492, 0.4488));
});

Deno.test("halfPrecision() halves weights, and keeps statistics and values that float16 cannot hold", () => {
  const array = (...values: number[]) => ({
    dtype: "F32" as const,
    shape: [values.length],
    data: Float32Array.from(values),
  });
  const arrays = new Map([["w", array(0.1, -2)], ["large", array(1e5)], ["bn.running_var", array(1e-9)]]);
  const half = halfPrecision(arrays);
  assert.deepEqual([...half.values()].map(({ dtype }) => dtype), ["F16", "F32", "F32"]);
  const { arrays: read } = decodeSafetensors(encodeSafetensors(half));
  // The float16 next to 0.1 is 0x2e66 (IEEE 754).
  assert.deepEqual(read.get("w"), array(0.0999755859375, -2));
  assert.deepEqual(read.get("bn.running_var"), array(1e-9));
});

Deno.test("a run's weights are in half precision if that changes no mask, and otherwise in float32", async () => {
  await using folder = await temporaryFolder();
  const model = createModel({ architecture: "pspnet", encoder: "mobilenet_v2" });
  const path = join(folder.path, "model.safetensors"), use = { normalization: "robust", threshold: 0.4 } as const;
  const before = stateDict(model), maps = [Float32Array.of(0.2, 0.3, 0.7)];
  const sizes: number[] = [];
  for (const predicted of [[0.2002, 0.3, 0.7], [0.2, 0.45, 0.7]]) {
    let rounded = false;
    const predict = () => {
      rounded = stateDict(model).values().every(({ data }, i) =>
        i > 0 || Float16Array.from(data as Float32Array).every((value, k) => value === data[k])
      );
      return Promise.resolve([Float32Array.from(predicted)]);
    };
    const half = await keepWeights(path, model, use, maps, predict);
    assert.ok(rounded, "the rounded weights predict");
    assert.equal(half, predicted[1] === 0.3);
    sizes.push((await Deno.stat(path)).size);
    const { model: loaded, threshold } = await loadModel(path);
    assert.equal(threshold, 0.4);
    if (!half) assert.deepEqual(stateDict(loaded), before);
    loaded.dispose();
  }
  assert.deepEqual(stateDict(model), before);
  assert.ok(sizes[0] < 0.52 * sizes[1], `${sizes}`);
  model.dispose();
});
