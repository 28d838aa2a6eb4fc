// @tags slow
import assert from "node:assert/strict";
import { createModel, createModelToLoad, type ModelOptions } from "lib/nn/create_model.ts";
import { loadStateDict, stateDict } from "lib/nn/weights/state_dict.ts";
import { OptionError } from "lib/io/option_error.ts";

const REFUSED: [ModelOptions, RegExp][] = [
  [{ architecture: "fnp" } as unknown as ModelOptions, /no architecture "fnp": choose one of .*\bfpn\b/],
  [{ architecture: "unet", encoder: "vgg" } as unknown as ModelOptions, /no encoder "vgg": .*\befficientnet-b0\b/],
  [{ architecture: "unet", decoderChannels: [64] }, /decoderChannels has 1 entries .* depth 5: give one per stage/],
  [
    { architecture: "unet", decoderInterpolation: "cubic" } as unknown as ModelOptions,
    /no decoderInterpolation "cubic": choose one of nearest, bilinear/,
  ],
  [{ architecture: "fpn", encoderDepth: 2 }, /encoderDepth is 2: FPN needs 3, 4 or 5/],
  [{ architecture: "fpn", segmentationChannels: 100 }, /segmentationChannels is 100: give a multiple of 32/],
  [
    { architecture: "fpn", mergePolicy: "max" } as unknown as ModelOptions,
    /no mergePolicy "max": choose one of add, cat/,
  ],
  [
    { architecture: "pspnet", encoder: "efficientnet-b0", encoderDepth: 1 },
    /encoderDepth is 1: efficientnet-b0 has 2, 3, 4 or 5 stages/,
  ],
];

Deno.test("createModel() refuses what no model has, and names what there is", () => {
  for (const [options, message] of REFUSED) {
    assert.throws(() => createModel(options), (error) => error instanceof OptionError && message.test(error.message));
  }
});

Deno.test("a model to load has the options of another one, and its weights once they are loaded", () => {
  for (const seed of [undefined, 4]) {
    const options: ModelOptions = {
      architecture: "unet",
      encoder: "resnet18",
      encoderDepth: 2,
      decoderChannels: [8, 8],
      ...(seed !== undefined && { seed }),
    };
    const model = createModel(options), empty = createModelToLoad(options);
    assert.deepEqual(empty.options, model.options);
    const weights = stateDict(model);
    loadStateDict(empty, weights);
    assert.deepEqual(stateDict(empty), weights);
    model.dispose();
    empty.dispose();
  }
});
