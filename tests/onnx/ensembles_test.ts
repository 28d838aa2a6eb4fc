// @tags slow
import assert from "node:assert/strict";
import { ensemble, generateDataset, type Segmenter, TrainedModel } from "lib";
import { CrossFittedEnsemble } from "lib/ensemble/cross_fitted_ensemble.ts";
import type { Combiner } from "lib/ensemble/combiner.ts";
import { type Normalization, normalizeImage } from "lib/images";
import type { ModelOptions, ModelUse, TrainedModelOptions } from "lib/nn";
import { OnnxError, onnxModel } from "lib/onnx";
import { assertEqualMaps } from "./assert_equal_maps.ts";
import { readMetadata } from "./read_metadata.ts";
import { runOnnx } from "./run_onnx.ts";
import { variedModel } from "./varied_model.ts";

const { samples: [{ image }] } = await generateDataset({ count: 1, size: 72 });

function member(seed: number, options: Partial<ModelOptions> = {}, normalization: Normalization = "robust") {
  const model = variedModel({ architecture: "pspnet", encoder: "mobilenet_v2", seed, ...options } as ModelOptions);
  return new TrainedModel(model, { normalization, threshold: 0.5 });
}

/** Makes a model that is used in another way. */
function withUse(seed: number, use: Partial<ModelUse>, options?: TrainedModelOptions): TrainedModel {
  const model = variedModel({ architecture: "pspnet", encoder: "mobilenet_v2", seed });
  return new TrainedModel(model, { normalization: "robust", threshold: 0.5, ...use }, options);
}

const otherPercentiles = () => withUse(2, {}, { percentiles: [0, 100] });

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
  using percentiles = ensemble([member(1), otherPercentiles()]);
  assert.throws(() => onnxModel(percentiles), /different percentiles \(1 to 99\.8, 0 to 100\)/);
  using channels = ensemble([member(1), member(2, { inChannels: 1 })]);
  assert.throws(() => onnxModel(channels), /different numbers of image channels \(3, 1\)/);
});

Deno.test("an ensemble's file has the contrast floor of each network, and at the top what all have", () => {
  const low = { structure: 60, range: 12, medianRange: 30 }, high = { structure: 82, range: 18, medianRange: 35 };
  using equal = ensemble([withUse(1, { contrastFloor: low }), withUse(2, { contrastFloor: low })]);
  const { contrastFloor, networks } = readMetadata(onnxModel(equal));
  assert.deepEqual(JSON.parse(contrastFloor), low);
  assert.deepEqual(JSON.parse(networks).map((each: ModelUse) => each.contrastFloor), [low, low]);
  using different = ensemble([withUse(1, { contrastFloor: low }), withUse(2, { contrastFloor: high })]);
  const described = readMetadata(onnxModel(different));
  assert.equal(described.contrastFloor, undefined);
  assert.deepEqual(JSON.parse(described.networks).map((each: ModelUse) => each.contrastFloor), [low, high]);
  using partly = ensemble([withUse(1, {}), withUse(2, { contrastFloor: high })]);
  assert.equal(readMetadata(onnxModel(partly)).contrastFloor, undefined);
});

Deno.test("a file names percentiles that differ from those of the training", () => {
  using segmenter = otherPercentiles();
  assert.equal(readMetadata(onnxModel(segmenter)).percentiles, "[0,100]");
});

Deno.test("an average over symmetries is refused", () => {
  using segmenter = withUse(1, {}, { symmetries: true });
  assert.throws(
    () => onnxModel(segmenter),
    (error) => error instanceof OnnxError && /cannot average over symmetries: open the model/.test(error.message),
  );
});
