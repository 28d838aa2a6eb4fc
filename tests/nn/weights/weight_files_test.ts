// @tags slow
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createModel } from "lib/nn/create_model.ts";
import { ENCODERS } from "lib/nn/encoders/encoders.ts";
import type { EncoderName } from "lib/nn/encoders/encoders.ts";
import { decodePyTorchFile, PyTorchFileError } from "lib/nn/weights/pytorch_file.ts";
import { encodeSafetensors, type NamedArray } from "lib/nn/weights/safetensors.ts";
import { writeSafetensors } from "lib/nn/weights/safetensors_file.ts";
import { listZip } from "lib/nn/weights/stored_zip.ts";
import { readWeights } from "lib/nn/weights/read_weights.ts";
import { stateDict } from "lib/nn/weights/state_dict.ts";
import { adaptFirstConvolution, loadWeights } from "lib/nn/weights/weight_files.ts";
import { fromPyTorchLayout, Weights } from "lib/nn/weights/weight_scope.ts";
import { tf } from "lib/tensorflow/mod.ts";
import { formulaImages, formulaWeight, relativeError, sample } from "../../fixtures/formula.ts";

const folder = new URL("../../fixtures/weights/", import.meta.url);
const read = (name: string) => Deno.readFileSync(new URL(name, folder));
const fixtures: {
  script: string;
  small: Record<string, { shape: number[]; values: number[] }>;
  networks: Record<string, { shapes: Record<string, number[]>; output: number[]; sample: number[] }>;
} = JSON.parse(new TextDecoder().decode(read("weights.json")));

Deno.test("the weight fixtures come from the script beside them", () => {
  const script = Deno.readFileSync(new URL("../make_weight_fixtures.py", folder));
  assert.equal(fixtures.script, createHash("sha256").update(script).digest("hex"), "run the script again");
});

for (const name of ["zip.pth", "legacy.pth", "checkpoint.pth"]) {
  Deno.test(`decodePyTorchFile() reads ${name}: strides, windows, and every type`, () => {
    const arrays = decodePyTorchFile(read(name));
    assert.deepEqual([...arrays.keys()], Object.keys(fixtures.small));
    for (const [key, { shape, values }] of Object.entries(fixtures.small)) {
      const { shape: found, data, dtype } = arrays.get(key)!;
      assert.deepEqual(found, shape, key);
      const expected = dtype === "I64" ? values : [...Float32Array.from(values)];
      assert.deepEqual([...data].map(Number), expected, key);
    }
  });
}

Deno.test("what is not weights is refused by name and never executed", async () => {
  for (
    const [name, message] of [
      ["command.pth", /it holds (posix|nt)\.system, which is not weights/],
      ["command-legacy.pth", /it holds posix\.system/],
      ["module.pth", /it holds torch\.nn\.modules\.linear\.Linear, which is not weights: save the model's state_dict/],
      ["program.pt", /TorchScript program, not weights/],
      ["no-pickle.zip", /no data\.pkl/],
    ] as const
  ) {
    assert.throws(() => decodePyTorchFile(read(name)), (error: Error) => {
      assert.ok(error instanceof PyTorchFileError, `${error.stack}`);
      assert.match(error.message, message);
      return true;
    });
  }
  await assert.rejects(Deno.stat("/tmp/executed-by-a-weight-file"), Deno.errors.NotFound);
});

Deno.test("a cut or flipped file gives an error of ours, or other numbers, and no crash", () => {
  for (const name of ["zip.pth", "legacy.pth"]) {
    const file = read(name);
    for (let length = 0; length < file.length; length += 7) {
      assert.throws(() => decodePyTorchFile(file.slice(0, length)), PyTorchFileError, `${name} cut at ${length}`);
    }
    let state = 1;
    for (let round = 0; round < 500; round++) {
      const damaged = file.slice();
      for (let i = 0; i < 3; i++) {
        state = Math.imul(state, 1664525) + 1013904223 | 0;
        damaged[(state >>> 8) % file.length] ^= 1 << (state & 7);
      }
      try {
        decodePyTorchFile(damaged);
      } catch (error) {
        assert.ok(error instanceof PyTorchFileError, `${name}, round ${round}: ${(error as Error).stack}`);
      }
    }
  }
});

Deno.test("a flipped bit among the numbers is noticed by the archive's checksum", () => {
  const file = read("zip.pth"), damaged = file.slice();
  const { begin } = listZip(file).find(({ name }) => name === "zip/data/0")!;
  damaged[begin + 3] ^= 0x40;
  assert.throws(() => decodePyTorchFile(damaged), /archive is damaged \("zip\/data\/0" differs from its checksum\)/);
});

Deno.test("readWeights() compares a whole SHA-256 after the path, and a file's own checksum", async () => {
  const path = await Deno.makeTempFile({ suffix: ".safetensors" });
  await writeSafetensors(path, new Map([["w", { dtype: "F32", shape: [2], data: Float32Array.of(0.05, 2) }]]));
  const digest = createHash("sha256").update(await Deno.readFile(path)).digest("hex");
  assert.equal((await readWeights(`${path}#sha256=${digest}`)).arrays.size, 1);
  const other = "0".repeat(64);
  await assert.rejects(
    readWeights(`${path}#sha256=${other}`),
    new RegExp(`has the SHA-256 ${digest} instead of ${other}`),
  );
  await assert.rejects(readWeights(`${path}#sha256=${digest.slice(0, 8)}`), /is not a SHA-256: give all 64/);
  const file = await Deno.readFile(path);
  file[file.length - 5] ^= 0x40;
  await Deno.writeFile(path, file);
  await assert.rejects(readWeights(path), new RegExp(`${path} is damaged`));
  await Deno.remove(path);
});

Deno.test("a header of any length is safetensors, even where it begins as a zip archive or a pickle does", async () => {
  const path = await Deno.makeTempFile();
  for (const length of [0x4b50, 0x80]) {
    const arrays = new Map<string, NamedArray>([["w", { dtype: "U8", shape: [1], data: Uint8Array.of(1) }]]);
    const bare = encodeSafetensors(arrays, { note: "" });
    const used = Number(new DataView(bare.buffer).getBigUint64(0, true));
    const file = encodeSafetensors(arrays, { note: "x".repeat(length - used) });
    assert.equal(file[0], length & 255);
    await Deno.writeFile(path, file);
    assert.equal((await readWeights(path)).arrays.size, 1);
  }
  await Deno.remove(path);
});

for (const [origin, { shapes, output, sample: expected }] of Object.entries(fixtures.networks)) {
  const [library, name] = origin.split(" ") as [string, EncoderName];
  Deno.test(`an encoder with ${library}'s weights for ${name} computes what ${library}'s does`, () => {
    const arrays = new Map<string, NamedArray>(
      Object.entries(shapes).map(([key, shape]) => [key, { dtype: "F32", shape, data: formulaWeight(key, shape) }]),
    );
    const model = createModel({ architecture: "unet", encoder: name });
    const loaded = loadWeights(model, arrays);
    // timm's names for a ResNet are torchvision's.
    assert.equal(loaded.names, name === "resnet18" ? "torchvision" : library);
    assert.equal(loaded.part, "encoder");
    assert.ok(loaded.unused.length === 2 && loaded.unused.every((key) => /^(fc|classifier)\./.test(key)));
    const weights = new Weights(0);
    const encoder = ENCODERS[name].build(weights.scope().child("encoder"), { inChannels: 3, depth: 5 });
    const state = stateDict(model);
    for (const { name, shape, variable } of weights) {
      // EfficientNet's last convolution belongs to the classifier and is not computed.
      variable?.assign(fromPyTorchLayout(state.get(name)!.data as Float32Array, shape));
    }
    const y = encoder.forward(tf.tensor4d(formulaImages(2, 64, 64), [2, 64, 64, 3]), {}).at(-1)!;
    const planar = y.transpose([0, 3, 1, 2]);
    assert.deepEqual(planar.shape, output);
    const found = sample("features", planar.dataSync() as Float32Array, 256);
    assert.ok(relativeError(found, expected) < 1e-5, `off by ${relativeError(found, expected)}`);
    weights.dispose();
    model.dispose();
  });
}

Deno.test("loadWeights() takes a whole model, wrapped names and the old names of DeepLabV3's decoder", () => {
  const given = createModel({ architecture: "deeplabv3", encoder: "resnet18", seed: 3 });
  const state = stateDict(given);
  const old = new Map(
    [...state].map(([name, array]) => [
      "module." +
      name.replace("decoder.aspp.", "decoder.0.").replace("decoder.conv.", "decoder.1.").replace(
        "decoder.bn.",
        "decoder.2.",
      ),
      array,
    ]),
  );
  const model = createModel({ architecture: "deeplabv3", encoder: "resnet18", seed: 4 });
  assert.deepEqual(loadWeights(model, old), { part: "model", names: "segmentation_models.pytorch", unused: [] });
  for (const [name, { data }] of stateDict(model)) assert.deepEqual(data, state.get(name)!.data, name);
  given.dispose();
  model.dispose();
});

Deno.test("loadWeights() takes an EfficientNet of efficientnet_pytorch, and leaves out its classifier", () => {
  const [given, model] = [3, 4].map((seed) => createModel({ architecture: "fpn", encoder: "efficientnet-b0", seed }));
  const state = new Map(
    [...stateDict(given)].filter(([name]) => name.startsWith("encoder."))
      .map(([name, array]) => [name.slice("encoder.".length), array]),
  );
  const classifier = { "_fc.weight": [1000, 1280], "_fc.bias": [1000] };
  for (const [name, shape] of Object.entries(classifier)) {
    state.set(name, { dtype: "F32", shape, data: formulaWeight(name, shape) });
  }
  assert.deepEqual(loadWeights(model, state), {
    part: "encoder",
    names: "efficientnet_pytorch",
    unused: Object.keys(classifier),
  });
  const loaded = stateDict(model);
  for (const [name, { data }] of state) {
    if (!(name in classifier)) assert.deepEqual(loaded.get(`encoder.${name}`)!.data, data, name);
  }
  given.dispose();
  model.dispose();
});

Deno.test("the batch counters of a pretrained encoder stay with it, and training counts where it computes", () => {
  // SMP's PSPNet computes three stages of five; PyTorch counts the batches of those alone.
  const source = createModel({ architecture: "unet", encoder: "resnet18" });
  source.batchesTracked = 1000;
  const encoder = new Map(
    [...stateDict(source)].filter(([name]) => name.startsWith("encoder.")).map((
      [name, array],
    ) => [name.slice(8), array]),
  );
  const model = createModel({ architecture: "pspnet", encoder: "resnet18" });
  loadWeights(model, encoder);
  model.batchesTracked += 3;
  const counters = (each: typeof model) => {
    const state = stateDict(each);
    return ["encoder.bn1", "encoder.layer2.1.bn2", "encoder.layer3.0.bn1", "decoder.conv.1"].map((name) =>
      Number(state.get(`${name}.num_batches_tracked`)!.data[0])
    );
  };
  assert.deepEqual(counters(model), [1003, 1003, 1000, 3]);
  // A whole model, as a checkpoint is, goes on from there.
  const resumed = createModel({ architecture: "pspnet", encoder: "resnet18" });
  loadWeights(resumed, stateDict(model));
  assert.deepEqual(counters(resumed), counters(model));
  resumed.batchesTracked++;
  assert.deepEqual(counters(resumed), [1004, 1004, 1000, 4]);
  resumed.reset(1);
  assert.deepEqual(counters(resumed), [0, 0, 0, 0]);
  for (const each of [source, model, resumed]) each.dispose();
});

Deno.test("weights for another encoder are refused as a whole", () => {
  const model = createModel({ architecture: "unet", encoder: "resnet18" });
  const before = stateDict(model);
  const other = createModel({ architecture: "unet", encoder: "resnet34" });
  const encoder = new Map(
    [...stateDict(other)].filter(([name]) => name.startsWith("encoder.")).map((
      [name, array],
    ) => [name.slice(8), array]),
  );
  assert.throws(
    () => loadWeights(model, encoder),
    /not for unet with resnet18: encoder\.layer1\.2\.conv1\.weight is not/,
  );
  encoder.delete("layer1.0.conv1.weight");
  assert.throws(() => loadWeights(model, encoder), /layer1\.0\.conv1\.weight is missing/);
  for (const [name, { data }] of stateDict(model)) assert.deepEqual(data, before.get(name)!.data);
  model.dispose();
  other.dispose();
});

Deno.test("the first convolution is adapted to other channels as SMP does", () => {
  const kernel: NamedArray = { dtype: "F32", shape: [1, 3, 1, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
  assert.deepEqual([...adaptFirstConvolution(kernel, 1).data], [9, 12]);
  const scale = Math.fround(3 / 4);
  assert.deepEqual([...adaptFirstConvolution(kernel, 4).data], [1, 2, 3, 4, 5, 6, 1, 2].map((value) => value * scale));
  const model = createModel({ architecture: "unet", encoder: "resnet18", inChannels: 1 });
  const { shapes } = fixtures.networks["torchvision resnet18"];
  loadWeights(
    model,
    new Map(
      Object.entries(shapes).map(([key, shape]) => [key, { dtype: "F32", shape, data: formulaWeight(key, shape) }]),
    ),
  );
  const given = formulaWeight("conv1.weight", [64, 3, 7, 7]);
  const adapted = stateDict(model).get("encoder.conv1.weight")!;
  assert.deepEqual(adapted.shape, [64, 1, 7, 7]);
  assert.ok(Math.abs(Number(adapted.data[0]) - (given[0] + given[49] + given[98])) < 1e-6);
  model.dispose();
});

Deno.test("readWeights() names the file that it cannot read", async () => {
  await assert.rejects(readWeights("/nowhere/weights.pth"), /\/nowhere\/weights\.pth cannot be read/);
  const path = await Deno.makeTempFile({ suffix: ".pth" });
  await Deno.writeTextFile(path, "not weights at all");
  await assert.rejects(readWeights(path), new RegExp(`${path} is not a sound safetensors file`));
  await Deno.remove(path);
});
