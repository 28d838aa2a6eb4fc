import assert from "node:assert/strict";
import { join } from "node:path";
import { createModel, loadModel, type ModelOptions, saveModel } from "lib/nn";
import { loadStateDict, stateDict } from "lib/nn/weights/state_dict.ts";
import { tf } from "lib/tensorflow";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { assertEqualMaps, predictEach } from "../onnx/assert_equal_maps.ts";
import { runOnnx } from "../onnx/run_onnx.ts";
import { variedModel, wavyImages } from "../onnx/varied_model.ts";
import { onnxModel } from "lib/onnx";
import { TrainedModel } from "lib";

const SMALL = { architecture: "pspnet", encoder: "mobilenet_v2" } as const satisfies ModelOptions;

/** torchvision's, written down here once more. */
const MEAN = [0.485, 0.456, 0.406], DEVIATION = [0.229, 0.224, 0.225];

Deno.test("a model with ImageNet's statistics sees each channel as torchvision's Normalize gives it", () => {
  for (
    const [inChannels, mean, deviation] of [
      [3, MEAN, DEVIATION],
      [1, [0.449], [0.226]],
      [4, [...MEAN, MEAN[0]], [...DEVIATION, DEVIATION[0]]],
    ] as const
  ) {
    const plain = createModel({ ...SMALL, inChannels, seed: 3 });
    const standard = createModel({ ...SMALL, inChannels, seed: 3, inputStatistics: "imagenet" });
    tf.tidy(() => {
      const images = tf.randomUniform([1, 64, 96, inChannels], 0, 1, "float32", 5) as tf.Tensor4D;
      const standardized = tf.div(tf.sub(images, tf.tensor1d([...mean])), tf.tensor1d([...deviation])) as tf.Tensor4D;
      const [expected, found, without] = [
        plain.forward(standardized),
        standard.forward(images),
        plain.forward(images),
      ].map((logits) => [...logits.dataSync()]);
      const difference = (a: readonly number[]) =>
        expected.reduce((most, v, i) => Math.max(most, Math.abs(v - a[i])), 0);
      assert.ok(difference(found) < 1e-5 * Math.max(...expected.map(Math.abs)));
      assert.ok(difference(without) > 1e-3);
    });
    plain.dispose();
    standard.dispose();
  }
});

Deno.test("a model's file keeps the statistics, and files without them open as before", async () => {
  await using folder = await temporaryFolder();
  const use = { normalization: "robust", threshold: 0.5 } as const;
  const model = variedModel({ ...SMALL, inputStatistics: "imagenet" }), earlier = createModel(SMALL);
  loadStateDict(earlier, stateDict(model));
  const images = wavyImages([[64, 64]]);
  for (const each of [model, earlier]) {
    const path = join(folder.path, "model.safetensors");
    await saveModel(path, each, use);
    const { model: loaded } = await loadModel(path);
    assert.equal(loaded.inputStatistics, each.inputStatistics);
    assert.deepEqual(await predictEach(loaded, images), await predictEach(each, images));
    loaded.dispose();
  }
  assert.equal(earlier.inputStatistics, "none");
  assert.notDeepEqual(await predictEach(earlier, images), await predictEach(model, images));
  model.dispose();
  earlier.dispose();
});

Deno.test("an ONNX file standardises the channels itself", async () => {
  const model = variedModel({ ...SMALL, inputStatistics: "imagenet" });
  using segmenter = new TrainedModel(model, { normalization: "robust", threshold: 0.5 });
  const images = wavyImages([[64, 96]]);
  assertEqualMaps(await runOnnx(onnxModel(segmenter), images), await predictEach(model, images), "pspnet");
});
