// @tags slow
import assert from "node:assert/strict";
import { ARCHITECTURES, ConfigError, createModel, type ModelOptions, registryNames } from "lib";
import { importOptions } from "lib/train/import_options.ts";

const use = { normalization: "zscore", threshold: 0.3 } as const;
const stored = { model: { architecture: "unet", encoder: "resnet18", inChannels: 1 } as ModelOptions, use };

Deno.test("importOptions() takes what the file says, unless something else is given", () => {
  assert.deepEqual(importOptions({}, stored), { ...stored, use: { ...use } });
  const given = { classes: 2, threshold: 0.01, normalization: "depth" };
  assert.deepEqual(importOptions(given, stored), {
    model: { ...stored.model, classes: 2 },
    use: { normalization: "depth", threshold: 0.01 },
  });
  const same = { architecture: "unet", encoder: "resnet18", inChannels: 1 };
  assert.deepEqual(importOptions(same, stored).model, stored.model);
});

Deno.test("importOptions() refuses what contradicts the file, and says which model it holds", () => {
  const refused = (given: Record<string, unknown>, message: string) =>
    assert.throws(() => importOptions(given, stored, "a.safetensors"), { name: "ConfigError", message });
  refused(
    { architecture: "pspnet" },
    "a.safetensors holds a unet with encoder resnet18: -p architecture=pspnet contradicts it. Leave out -p architecture",
  );
  // What only another architecture has is not asked about.
  refused(
    { architecture: "pspnet", psp: 3 },
    "a.safetensors holds a unet with encoder resnet18: -p architecture=pspnet contradicts it. Leave out -p architecture",
  );
  refused(
    { encoder: "resnet34", inChannels: 3 },
    "a.safetensors holds a unet with encoder resnet18, inChannels 1: -p encoder=resnet34 and -p inChannels=3 contradict " +
      "it. Leave out -p encoder and -p inChannels",
  );
});

Deno.test("importOptions() refuses what an architecture does not have, with the nearest option, and values that do not fit", () => {
  const refused = (given: Record<string, unknown>, message: RegExp) =>
    assert.throws(
      () => importOptions(given, { use }),
      (error: Error) => error instanceof ConfigError && message.test(error.message),
    );
  refused({}, /The file does not say its architecture: -p architecture=unet or/);
  refused({ architecture: "unett" }, /no architecture "unett": choose an architecture: -p/);
  refused({ architecture: "pspnet", decoderAttention: "scse" }, /no option "decoderAttention": did you mean/);
  refused({ architecture: "unet", normalisation: "depth" }, /did you mean "normalization"\?/);
  refused({ architecture: "unet", threshold: 2 }, /threshold is 2: /);
  refused({ architecture: "unet", threshold: 0 }, /threshold is 0: /);
  refused({ architecture: "deeplabv3", atrousRates: [1, 2] }, /atrousRates is \[1,2\]: /);
  for (const architecture of registryNames(ARCHITECTURES)) {
    const { model } = importOptions({ architecture, encoder: "resnet18", encoderDepth: 3 }, { use });
    if (architecture === "unet") Object.assign(model, { decoderChannels: [64, 32, 16] });
    createModel(model).dispose();
  }
});
