// @tags slow
import assert from "node:assert/strict";
import { ensemble, generateDataset, type Segmenter, TrainedModel } from "lib";
import { CrossFittedEnsemble } from "lib/ensemble/cross_fitted_ensemble.ts";
import type { Combiner } from "lib/ensemble/combiner.ts";
import { type Normalization, normalizeImage } from "lib/images";
import type { ModelOptions } from "lib/nn";
import { OnnxError, onnxModel } from "lib/onnx";
import { assertEqualMaps } from "./assert_equal_maps.ts";
import { runOnnx } from "./run_onnx.ts";
import { variedModel } from "./varied_model.ts";

const { samples: [{ image }] } = await generateDataset({ count: 1, size: 72 });

function member(seed: number, options: Partial<ModelOptions> = {}, normalization: Normalization = "robust") {
  const model = variedModel({ architecture: "pspnet", encoder: "mobilenet_v2", seed, ...options } as ModelOptions);
  return new TrainedModel(model, { normalization, threshold: 0.5 });
}

function crossFitted(combiner: Combiner): CrossFittedEnsemble {
  const members = [[member(1), member(2)], [member(3), member(4)], [member(5), member(6)]];
  return new CrossFittedEnsemble({
    members,
    combiners: [combiner, combiner, combiner],
    images: new Map(),
    threshold: 0.5,
  });
}

async function assertAverages(segmenter: Segmenter, networks: number): Promise<void> {
  const content = onnxModel(segmenter);
  const pixels = normalizeImage(image, "robust"), { width, height, channels } = image;
  const grey = channels === 1
    ? Float32Array.from({ length: 3 * pixels.length }, (_, i) => pixels[Math.floor(i / 3)])
    : pixels;
  const found = await runOnnx(content, [{ width, height, channels: 3, pixels: grey }]);
  assertEqualMaps(found, [await segmenter.predict(image)], `${networks} networks`);
  const alone = onnxModel(segmenter instanceof TrainedModel ? segmenter : member(1)).length;
  assert.ok(Math.abs(content.length / alone - networks) < 0.1, `${content.length} bytes for ${networks} networks`);
}

Deno.test("an image that is normalised and given to onnxruntime has the probabilities of predict", async () => {
  using model = member(1);
  await assertAverages(model, 1);
});

Deno.test("an ensemble by soft voting is one file that averages by its weights", async () => {
  using both = ensemble([member(1), member(2), member(3)], { weights: [3, 0, 1] });
  await assertAverages(both, 2);
});

Deno.test("a cross-fitted ensemble is one file of the networks of all folds", async () => {
  using fitted = crossFitted({ kind: "weights", weights: [0.75, 0, 0.25] });
  await assertAverages(fitted, 4);
});

Deno.test("an ensemble that does not average its members is refused, with the methods that do", () => {
  using fitted = crossFitted({ kind: "majority" });
  assert.throws(
    () => onnxModel(fitted),
    (error) =>
      error instanceof OnnxError && /by a vote .* average them only: soft voting, weighted/.test(error.message),
  );
});

Deno.test("an ensemble whose members take different images is refused", () => {
  using normalizations = ensemble([member(1), member(2, {}, "zscore")]);
  assert.throws(() => onnxModel(normalizations), /different normalisations \(robust, zscore\), but one file/);
  using channels = ensemble([member(1), member(2, { inChannels: 1 })]);
  assert.throws(() => onnxModel(channels), /different numbers of image channels \(3, 1\)/);
});
