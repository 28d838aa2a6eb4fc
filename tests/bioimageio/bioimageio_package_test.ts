// @tags slow
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { unzipSync } from "fflate";
import { parse } from "yaml";
import { z } from "zod";
import { ensemble, registryNames, type Segmenter, TrainedModel } from "lib";
import { bioimageioPackage, PackageError, type PackageOptions } from "lib/bioimageio";
import { CrossFittedEnsemble } from "lib/ensemble/cross_fitted_ensemble.ts";
import { identifiers } from "lib/bioimageio/channel_names.ts";
import { packageDescription } from "lib/bioimageio/package_description.ts";
import { decodeImage } from "lib/images";
import { ARCHITECTURES, type ModelOptions, type ModelUse } from "lib/nn";
import { TASKS } from "lib/task";
import fixture from "../fixtures/bioimageio_schema.json" with { type: "json" };
import { assertEqualMaps } from "../onnx/assert_equal_maps.ts";
import { runOnnx } from "../onnx/run_onnx.ts";
import { variedModel } from "../onnx/varied_model.ts";
import { decodeNpy, toInterleaved } from "./decode_npy.ts";

const SCHEMA = z.fromJSONSchema(fixture.schema as Parameters<typeof z.fromJSONSchema>[0]);

/** The part of a description that the tests read. */
const Description = z.looseObject({
  inputs: z.tuple([z.looseObject({
    axes: z.array(z.looseObject({ channel_names: z.array(z.string()).optional(), scale: z.number().optional() })),
    preprocessing: z.array(z.looseObject({ id: z.string() })),
  })]),
  outputs: z.tuple([
    z.looseObject({ axes: z.array(z.looseObject({ channel_names: z.array(z.string()).optional() })) }),
  ]),
});

const GREY: ModelUse["trainingStatistics"] = {
  images: 3,
  channels: [1],
  depths: [{ bits: 16, dark: [100, 200], bright: [3000, 5000], span: [2900, 4800] }],
  background: [0, 0.1],
};

const OPTIONS: PackageOptions = { name: "nuclei", authors: ["A. Author"], license: "CC-BY-4.0" };

function segmenter(options: Partial<ModelOptions> = {}, use: Partial<ModelUse> = {}): TrainedModel {
  const model = variedModel({ architecture: "pspnet", encoder: "mobilenet_v2", ...options } as ModelOptions);
  return new TrainedModel(model, { normalization: "robust", threshold: 0.37, ...use });
}

/** Unpacks a package, and checks its description by the specification's schema and each file by its digest. */
async function unpack(model: Segmenter, options: Partial<PackageOptions> = {}) {
  const files = unzipSync(await bioimageioPackage(model, { ...OPTIONS, ...options }));
  const text = (name: string) => new TextDecoder().decode(files[name]);
  const rdf: unknown = parse(text("rdf.yaml")), judged = SCHEMA.safeParse(rdf);
  assert.ok(judged.success, String(judged.error?.message));
  const named = [...text("rdf.yaml").matchAll(/source: (\S+)\n\s+sha256: (\w+)/g)];
  for (const [, source, sha256] of named) {
    assert.equal(createHash("sha256").update(files[source]).digest("hex"), sha256, source);
  }
  assert.ok(named.length >= 5);
  return { files, text, rdf: Description.parse(rdf) };
}

/** Asserts that the ONNX file computes the test output, and that it is the model's own prediction. */
async function assertTestTensors(model: Segmenter, files: Record<string, Uint8Array>): Promise<void> {
  const input = decodeNpy(files["test_input.npy"]), output = decodeNpy(files["test_output.npy"]);
  const [, channels, height, width] = input.shape, pixels = toInterleaved(input.values, channels);
  const predicted = await model.predict({
    width,
    height,
    channels: channels === 3 ? 3 : 1,
    bits: 8,
    data: Uint8Array.from(channels === 3 ? pixels : input.values.subarray(0, width * height)),
  });
  const expected = toInterleaved(output.values, output.shape[1]);
  assertEqualMaps([expected], [predicted], "test output");
  // The steps by the specification's words: percentiles by linear interpolation.
  const sorted = Float64Array.from(pixels).sort(),
    quantile = (share: number) => {
      const at = share * (sorted.length - 1), below = Math.floor(at);
      return sorted[below] + (at - below) * (sorted[Math.min(below + 1, sorted.length - 1)] - sorted[below]);
    };
  const low = quantile(0.01), high = quantile(0.998);
  const scaled = pixels.map((value) => Math.min(1, Math.max(0, (value - low) / (high - low + 1e-6))));
  const found = await runOnnx(files["model.onnx"], [{ width, height, channels, pixels: scaled }]);
  assertEqualMaps(found, [expected], "ONNX file");
}

Deno.test("the schema comes from the script beside it", async () => {
  const script = await Deno.readFile(new URL("../fixtures/make_bioimageio_schema.py", import.meta.url));
  assert.equal(fixture.script, createHash("sha256").update(script).digest("hex"), "run the script again");
  assert.equal(SCHEMA.safeParse({ type: "model", name: "nuclei" }).success, false);
});

for (const [i, architecture] of registryNames(ARCHITECTURES).entries()) {
  const task = registryNames(TASKS)[i % registryNames(TASKS).length];
  Deno.test(`a package of ${architecture} with the task ${task} has a valid description and the model's tensors`, async () => {
    using model = segmenter({ architecture, task, classNames: ["background", "round cells", "thin"] });
    const { files, rdf } = await unpack(model);
    await assertTestTensors(model, files);
    const names = { foreground: ["foreground"], classes: ["background", "round_cells", "thin"] };
    assert.deepEqual(
      rdf.outputs[0].axes[1].channel_names,
      task === "border" ? ["background", "interior", "border"] : names[task],
    );
  });
}

Deno.test("a model of grey images takes one channel; others take red, green and blue", async () => {
  using grey = segmenter({}, { trainingStatistics: GREY });
  const { files, rdf } = await unpack(grey);
  assert.deepEqual(rdf.inputs[0].axes[1].channel_names, ["grey"]);
  assert.deepEqual(decodeNpy(files["test_input.npy"]).shape, [1, 1, 160, 160]);
  await assertTestTensors(grey, files);
  using colour = segmenter({}, { trainingStatistics: { ...GREY!, channels: [1, 3] } });
  assert.deepEqual((await unpack(colour)).rdf.inputs[0].axes[1].channel_names, ["red", "green", "blue"]);
});

for (const inChannels of [2, 5]) {
  Deno.test(`a model of ${inChannels} channels has a grey test image in each of them`, async () => {
    using model = segmenter({ inChannels });
    const { files, rdf } = await unpack(model);
    assert.deepEqual(decodeNpy(files["test_input.npy"]).shape, [1, inChannels, 160, 160]);
    assert.equal(rdf.inputs[0].axes[1].channel_names!.at(-1), `channel_${inChannels}`);
    await assertTestTensors(model, files);
  });
}

Deno.test("an ensemble that averages becomes a package without a model file", async () => {
  using both = ensemble([segmenter({ seed: 1 }), segmenter({ seed: 2 })]);
  const { files } = await unpack(both);
  await assertTestTensors(both, files);
  assert.equal("model.safetensors" in files, false);
});

Deno.test("names of classes become identifiers of Python, and the documentation has both", async () => {
  assert.deepEqual(identifiers(["背景", "核", "class", "None", "none", "kärna", "核", "3 cells", "class_2"]), [
    "class_1",
    "class_2",
    "class_",
    "None_",
    "none",
    "karna",
    "class_7",
    "class_3_cells",
    "class_2_2",
  ]);
  const classNames = Array.from({ length: 61 }, (_, i) => `cell type number ${i}`);
  using model = segmenter({ task: "classes", classNames: ["背景", ...classNames] });
  const { text } = await unpack(model);
  assert.match(
    text("README.md"),
    /probability of 背景, cell type .*`rdf\.yaml` calls them `class_1`, `cell_type_number_0`/,
  );
  const { description } = parse(text("rdf.yaml"));
  assert.match(
    description,
    /\(背景, cell type number 0, .* cell type number 6 and 54 more\)\. PSPNet with mobilenet_v2\.$/,
  );
  assert.equal([...packageDescription(["a".repeat(2000)], ["UNet"])].length, 1024);
});

Deno.test("a package of an ensemble from a cross-validation says that it has seen all of its images", async () => {
  const combiner = { kind: "weights", weights: [1] } as const, combiners = [combiner, combiner, combiner];
  const members = [[segmenter({ seed: 1 }), segmenter({ seed: 2 })]];
  using folds = new CrossFittedEnsemble({ members, combiners, images: new Map(), threshold: 0.5 });
  const { text } = await unpack(folds);
  assert.match(text("README.md"), /Together they saw all of its images, so scores on these images are too high\./);
});

Deno.test("a package that its description would make invalid is refused", async () => {
  using model = segmenter();
  const invalid: [Partial<PackageOptions>, RegExp][] = [
    [{ license: "CC-BY" }, /licence is "CC-BY": give an identifier of the SPDX list \(did you mean CC-BY-4\.0\?\)$/],
    [{ authors: ["A/B Lab"] }, /author is "A\/B Lab": write it without slashes/],
    [{ authors: [] }, /has no author: name at least one$/],
  ];
  for (const [options, message] of invalid) {
    await assert.rejects(
      bioimageioPackage(model, { ...OPTIONS, ...options }),
      (error) => error instanceof PackageError && message.test(error.message),
    );
  }
});

Deno.test("a package has the card's scores as its validation, the licence, the pixel size and a small cover", async () => {
  using model = segmenter();
  const card =
    "---\nlicense: unknown\n---\n\n# run\n\nIntro.\n\n## Scores\n\n| a | b |\n| --- | --- |\n\n## Training\n\nLong.\n\n" +
    "## Licence\n\nNot stated.\n";
  const options = { card, pixelSize: 0.325, tags: ["nuclei"], name: "né/é" };
  const { files, text, rdf } = await unpack(model, options);
  const readme = text("README.md");
  assert.match(readme, /^# model ne-e\n/);
  assert.match(readme, /\n## Validation\n\n\| a \| b \|\n\| --- \| --- \|\n\nValidate it on your own images/);
  assert.match(readme, /\n## Training\n\nLong\.\n[^]*\n## Licence\n\nCC-BY-4\.0\n$/);
  assert.match(text("rdf.yaml"), /name: model ne-e\n[^]*license: CC-BY-4\.0\n[^]*- nuclei\n/);
  assert.deepEqual(rdf.inputs[0].axes.slice(2).map(({ scale }) => scale), [0.325, 0.325]);
  const cover = await decodeImage(files["cover.png"], "cover.png");
  assert.deepEqual([cover.width, cover.height, cover.channels], [320, 160, 3]);
  assert.ok(files["cover.png"].length < 500_000);
  const { timestamp: first, ...again } = parse(text("rdf.yaml"));
  const { timestamp: second, ...same } = parse((await unpack(model, options)).text("rdf.yaml"));
  assert.deepEqual(same, again);
  assert.ok(first < second);

  const edited = card.replace("unknown", "mit").replace("Not stated.", "MIT, by A. Author.");
  const own = await unpack(model, { ...options, license: undefined, card: edited });
  assert.match(own.text("rdf.yaml"), /\nlicense: MIT\n/);
  assert.match(own.text("README.md"), /\n## Licence\n\nMIT\n\nMIT, by A\. Author\.\n$/);
  const unstated = await unpack(model, { ...options, license: undefined });
  assert.match(
    unstated.text("README.md"),
    /\n## Licence\n\nNot stated\. The owner of the training images decides\.\n$/,
  );
});
