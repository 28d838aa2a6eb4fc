import assert from "node:assert/strict";
import { applySteps, describeNormalization } from "lib/bioimageio/preprocessing.ts";
import { identifiers } from "lib/bioimageio/channel_names.ts";
import { packageName } from "lib/bioimageio/package_name.ts";
import { PUBLICATIONS } from "lib/bioimageio/citations.ts";
import { type Image, type Normalization, NORMALIZATIONS, normalizeImage } from "lib/images";
import { ARCHITECTURES, ENCODERS, type ModelUse } from "lib/nn";

const axes = ["channel", "y", "x"];

function trained(bits: 8 | 16 | 32): ModelUse["trainingStatistics"] {
  return {
    images: 3,
    channels: [1],
    depths: [{ bits, dark: [1, 2], bright: [30, 50], span: [29, 48] }],
    background: [0, 0.1],
  };
}

Deno.test("each normalisation is described by the specification's steps", () => {
  const kwargs = { axes, min_percentile: 1, max_percentile: 99.8 };
  const scale = { id: "scale_range", kwargs }, clip = { id: "clip", kwargs: { min: 0, max: 1 } };
  assert.deepEqual(describeNormalization("robust"), [scale, clip]);
  assert.deepEqual(describeNormalization("percentile"), [scale]);
  assert.deepEqual(describeNormalization("percentile", [0, 90]), [
    { id: "scale_range", kwargs: { axes, min_percentile: 0, max_percentile: 90 } },
  ]);
  assert.deepEqual(describeNormalization("zscore"), [{ id: "zero_mean_unit_variance", kwargs: { axes } }]);
  assert.deepEqual(describeNormalization("depth", undefined, trained(16)), [
    { id: "scale_linear", kwargs: { gain: 1 / 65535, offset: 0 } },
  ]);
  assert.deepEqual(describeNormalization("depth", undefined, trained(32)), [
    { id: "scale_range", kwargs: { axes, min_percentile: 0, max_percentile: 100 } },
  ]);
  assert.throws(() => describeNormalization("depth"), /it was trained on images of an unknown depth/);
});

/** An image whose 1st and 99.8th percentiles are values that many pixels have. */
function plateaus(bits: Image["bits"]): Image {
  const values = Array.from({ length: 4000 }, (_, i) => i < 60 ? 3 : i > 3900 ? 190 : 20 + i % 97);
  const data = bits === 8
    ? Uint8Array.from(values)
    : bits === 16
    ? Uint16Array.from(values, (value) => 300 * value)
    : Float32Array.from(values, (value) => value / 7);
  return { width: 80, height: 50, channels: 1, bits, data };
}

for (const normalization of NORMALIZATIONS) {
  Deno.test(`the steps of ${normalization} give the values of normalizeImage`, () => {
    for (const bits of [8, 16, 32] as const) {
      const image = plateaus(bits), expected = normalizeImage(image, normalization);
      const found = applySteps(image, describeNormalization(normalization as Normalization, undefined, trained(bits)));
      const error = found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0);
      // In floating point, "percentile" has a histogram of 65,536 bins.
      const precision = normalization === "percentile" && bits === 32 ? 2 / 65536 : 1e-6;
      assert.ok(error <= precision, `${bits} bits: ${error}`);
    }
  });
}

Deno.test("names of classes become distinct identifiers", () => {
  assert.deepEqual(identifiers(["round cells", "round-cells", "2n", "Zellkörper", "細胞", "_x"]), [
    "round_cells",
    "round_cells_2",
    "class_2n",
    "Zellkorper",
    "class_5",
    "x",
  ]);
});

Deno.test("a name of a package has 5 to 64 characters that the specification allows", () => {
  assert.equal(packageName("unet-resnet34_fold0 (best)"), "unet-resnet34_fold0 (best)");
  assert.equal(packageName("µ/Zellkörper.v2"), "Zellkorper-v2");
  assert.equal(packageName("a"), "model a");
  assert.equal(packageName("x".repeat(90)).length, 64);
});

Deno.test("every architecture and encoder has a publication with a DOI", () => {
  for (const { source } of [...Object.values(ARCHITECTURES), ...Object.values(ENCODERS)]) {
    assert.match(PUBLICATIONS[source]?.doi ?? "", /^10\.\d+\/\S+$/, source);
  }
});
