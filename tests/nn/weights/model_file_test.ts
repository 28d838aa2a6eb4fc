// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { openSegmenter } from "lib/ensemble/open_segmenter.ts";
import { readWeights } from "lib/nn/weights/read_weights.ts";
import { createModel, type ModelOptions } from "lib/nn/create_model.ts";
import { knownMetadata, loadModel, modelMetadata, saveModel } from "lib/nn/weights/model_file.ts";
import { writeSafetensors } from "lib/nn/weights/safetensors_file.ts";
import { registryNames } from "lib/io/registry_names.ts";
import { ARCHITECTURES } from "lib/nn/architectures/architectures.ts";
import { stateDict } from "lib/nn/weights/state_dict.ts";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { tf } from "lib/tensorflow/mod.ts";
import { formulaImages, sample } from "../../fixtures/formula.ts";

const SAVED: ModelOptions[] = [
  { architecture: "unet", encoder: "resnet18", inChannels: 1, decoderAttention: "scse", seed: 5 },
  // Most of its encoder it never computes with.
  { architecture: "pspnet", encoder: "mobilenet_v2", seed: 5 },
];

Deno.test("a saved model comes back with its options, weights, normalisation and threshold", async (test) => {
  for (const options of SAVED) await test.step(options.architecture, () => savedAndLoaded(options));
});

async function savedAndLoaded(options: ModelOptions): Promise<void> {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "model.safetensors");
  const model = createModel(options);
  await saveModel(path, model, { normalization: "zscore", threshold: 0.37 });
  const loaded = await loadModel(path);
  assert.deepEqual(loaded.model.options, { inChannels: 3, classes: 1, ...options });
  assert.equal(loaded.normalization, "zscore");
  assert.equal(loaded.threshold, 0.37);
  const expected = stateDict(model);
  for (const [name, { data }] of stateDict(loaded.model)) assert.deepEqual(data, expected.get(name)!.data, name);
  await writeSafetensors(path, stateDict(model));
  await assert.rejects(loadModel(path), /does not say of which model/);
  model.dispose();
  loaded.model.dispose();
  await Deno.remove(folder, { recursive: true });
}

Deno.test("a model's file has no option of its training, and one that an earlier version wrote there is left out", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "model.safetensors");
  const training = { ...SAVED[1], encoderWeights: "/home/someone/encoder.pth", loss: "dice", epochs: 3 };
  const model = createModel(training as ModelOptions), use = { normalization: "robust", threshold: 0.5 } as const;
  const expected = { ...SAVED[1], inChannels: 3, classes: 1 };
  await saveModel(path, model, use);
  using saved = await readWeights(path);
  assert.deepEqual(JSON.parse(saved.metadata.model), expected);
  await writeSafetensors(path, stateDict(model), { model: JSON.stringify(model.options), normalization: "robust" });
  const { model: loaded } = await loadModel(path);
  assert.deepEqual(loaded.options, expected);
  loaded.dispose();
  model.dispose();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("weights that are NaN or infinite, and negative variances, are refused, with the file's and the tensor's name", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "model.safetensors");
  const model = createModel(SAVED[1]);
  const kernel = "encoder.features.1.conv.0.0.weight", variance = "encoder.features.0.1.running_var";
  for (const [name, value] of [[kernel, NaN], [kernel, Infinity], [kernel, -Infinity], [variance, -0.5]] as const) {
    const weights = stateDict(model), { shape, data } = weights.get(name)!;
    const damaged = Float32Array.from(data as Float32Array);
    damaged[7] = value;
    await writeSafetensors(path, weights.set(name, { dtype: "F32", shape, data: damaged }), {
      model: JSON.stringify(model.options),
    });
    const refused = {
      name: "SafetensorsError",
      message: new RegExp(
        `model\\.safetensors cannot be used: its tensor ${name} contains ${value}, .*Train the model again`,
      ),
    };
    await assert.rejects(loadModel(path), refused);
    await assert.rejects(openSegmenter(path), refused);
    await assert.rejects(readWeights(path), refused);
  }
  const unwritten = join(folder, "unwritten.safetensors");
  const weight = [...model.weights].find(({ name }) => name === kernel)!;
  weight.variable!.assign(tf.fill(weight.variable!.shape, Infinity));
  await assert.rejects(saveModel(unwritten, model, { normalization: "robust", threshold: 0.5 }), {
    name: "WeightsError",
    message: new RegExp(
      `unwritten\\.safetensors is not written: the weight ${kernel} contains Infinity, .*lower learningRate`,
    ),
  });
  await assert.rejects(Deno.stat(unwritten), Deno.errors.NotFound);
  model.dispose();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("files of earlier versions have no contrast floor, and percentiles where they say nothing", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "model.safetensors");
  const model = createModel(SAVED[1]);
  const write = (metadata: Record<string, string>) =>
    writeSafetensors(path, stateDict(model), { model: JSON.stringify(model.options), ...metadata });
  const use = async () => {
    const { model, ...use } = await loadModel(path);
    model.dispose();
    return use;
  };
  await write({ normalization: "depth", threshold: "0.25" });
  assert.deepEqual(await use(), { normalization: "depth", threshold: 0.25 });
  await write({});
  assert.deepEqual(await use(), { normalization: "percentile", threshold: 0.5 });
  // Earlier versions stored two numbers under other names.
  const statistics = { images: 1, channels: [1], depths: [{ bits: 8, dark: [1, 2], bright: [3, 4], span: [2, 2] }] };
  await write({
    contrastFloor: '{"structure":82,"range":18,"shown":35}',
    trainingStatistics: JSON.stringify({ ...statistics, ground: [0, 0.1] }),
  });
  const { contrastFloor, trainingStatistics } = await use();
  assert.deepEqual(contrastFloor, { structure: 82, range: 18, medianRange: 35 });
  assert.deepEqual(trainingStatistics, { ...statistics, background: [0, 0.1] });
  for (
    const [name, value, why] of [
      ["normalization", "sharp", 'normalization is "sharp" instead of robust, percentile, zscore or depth'],
      ["threshold", "much", 'threshold is "much": it is not JSON'],
      ["threshold", "7", "threshold is 7 instead of a number below 1"],
      ["contrastFloor", "{", 'contrastFloor is "{": it is not JSON'],
      [
        "contrastFloor",
        '{"structure":-1,"range":1,"medianRange":1}',
        "contrastFloor.structure is -1 instead of 0 or more",
      ],
      ["objectParameters", '{"minArea":"3"}', 'objectParameters.minArea is "3" instead of a number'],
      ["trainingStatistics", "[", 'trainingStatistics is "[": it is not JSON'],
      ["model", '{"architecture":"net"}', 'model.architecture is "net" instead of a known one'],
    ]
  ) {
    await write({ [name]: value });
    await assert.rejects(loadModel(path), {
      name: "WeightsError",
      message: `What ${path} says of its model is damaged (${why}). Export it again, or train it again`,
    });
  }
  await assert.rejects(
    saveModel(path, model, { normalization: "depth", threshold: 1 }),
    /threshold is 1: give a number between/,
  );
  model.dispose();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("of another program's metadata only what can be ours is kept", () => {
  for (const model of ["resnet34", "{", '{"name":"net"}', "3", "null"]) {
    assert.deepEqual(knownMetadata({ model, normalization: "imagenet", threshold: "otsu", contrastFloor: "{" }), {});
  }
  assert.deepEqual(knownMetadata({ format: "pt", normalization: "zscore", threshold: "2" }), {
    normalization: "zscore",
  });
  const ours = { model: '{"architecture":"unet"}', threshold: "otsu" };
  assert.deepEqual(knownMetadata(ours), ours);
  assert.throws(() => modelMetadata(ours, "m.safetensors"), /m\.safetensors says of its model is damaged/);
});

/** A Python with SMP, where the benchmark has set one up. */
function smpPython(): string | undefined {
  const named = Deno.env.get("BENCH_PYTHON") ?? join(projectFolder(), ".cache/pytorch/bin/python");
  try {
    Deno.statSync(named);
    return named;
  } catch {
    return undefined;
  }
}

const LOAD_IN_SMP = `
import json, sys, types
sys.modules.setdefault("torchvision._meta_registrations", types.ModuleType("empty"))
import torch, segmentation_models_pytorch as smp
from safetensors.torch import load_file
folder, architecture, encoder = sys.argv[1:]
make = {"unet": smp.Unet, "deeplabv3": smp.DeepLabV3, "deeplabv3plus": smp.DeepLabV3Plus, "pspnet": smp.PSPNet, "fpn": smp.FPN}[architecture]
model = make(encoder, encoder_weights=None)
model.load_state_dict(load_file(folder + "/model.safetensors"), strict=True)
x = load_file(folder + "/images.safetensors")["images"].permute(0, 3, 1, 2)
with torch.no_grad():
    print(json.dumps(model.eval()(x).permute(0, 2, 3, 1).reshape(-1).tolist()))
`;

const python = smpPython();
for (const architecture of registryNames(ARCHITECTURES)) {
  Deno.test({
    name: `SMP loads a saved ${architecture} strictly and gives the same logits${
      python ? "" : " (skipped: deno task bench sets up SMP)"
    }`,
    ignore: !python,
    fn: async () => {
      const folder = await Deno.makeTempDir();
      const model = createModel({ architecture, encoder: "mobilenet_v2", seed: 2 });
      await saveModel(join(folder, "model.safetensors"), model, { normalization: "percentile", threshold: 0.5 });
      const images = formulaImages(1, 64, 96);
      const shape = [1, 64, 96, 3];
      await writeSafetensors(
        join(folder, "images.safetensors"),
        new Map([["images", { dtype: "F32", shape, data: images }]]),
      );
      const { success, stdout, stderr } = await new Deno.Command(python!, {
        args: ["-c", LOAD_IN_SMP, folder, architecture, "mobilenet_v2"],
      }).output();
      assert.ok(success, new TextDecoder().decode(stderr));
      const theirs = Float32Array.from(JSON.parse(new TextDecoder().decode(stdout)));
      const ours = model.forward(tf.tensor4d(images, [1, 64, 96, 3])).dataSync() as Float32Array;
      assert.equal(ours.length, theirs.length);
      const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const [a, b] = [sample("logits", ours, 6144), sample("logits", theirs, 6144)];
      const worst = a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
      assert.ok(worst / largest <= 1e-4, `max |Δ| / max |reference| is ${worst / largest}`);
      model.dispose();
      await Deno.remove(folder, { recursive: true });
    },
  });
}
