import { deeplabv3 } from "./decoders/deeplabv3/model.ts";
import { deeplabv3plus } from "./decoders/deeplabv3plus/model.ts";
import type { AtrousModelOptions } from "./decoders/model_options.ts";
import { pspnet, type PspnetOptions } from "./decoders/pspnet/model.ts";
import { unet, type UnetOptions } from "./decoders/unet/model.ts";
import { ENCODERS } from "./encoders/encoder.ts";
import { ARCHITECTURES, type SegmentationModel } from "./segmentation_model.ts";

/** Options of {@linkcode createModel}: what is left out gets its default. */
export type ModelOptions =
  | { architecture: "unet" } & Partial<UnetOptions>
  | { architecture: "deeplabv3" } & Partial<AtrousModelOptions>
  | { architecture: "deeplabv3plus" } & Partial<AtrousModelOptions>
  | { architecture: "pspnet" } & Partial<PspnetOptions>;

/**
 * Builds a model with fresh weights: 3 image channels and 1 class unless told otherwise.
 *
 * @throws {RangeError} for an unknown architecture or encoder; the message lists the known ones.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createModel } from "lib";
 *
 * const model = createModel({ architecture: "unet", encoder: "resnet18" });
 * assert.equal(model.weights.countParameters(), 14_328_209);
 * model.dispose();
 * ```
 */
export function createModel(options: ModelOptions): SegmentationModel {
  const { encoder = "resnet34", inChannels = 3, classes = 1, seed = 0 } = options;
  if (!ENCODERS.includes(encoder)) {
    throw new RangeError(`There is no encoder "${encoder}": choose one of ${ENCODERS.join(", ")}`);
  }
  const common = { encoder, inChannels, classes, seed };
  const model = build({ ...options, ...common });
  model.options = { ...options, ...common };
  return model;
}

type Common = Pick<UnetOptions, "encoder" | "inChannels" | "classes" | "seed">;

function build(options: ModelOptions & Common): SegmentationModel {
  switch (options.architecture) {
    case "unet":
      return unet(options);
    case "deeplabv3":
      return deeplabv3(options);
    case "deeplabv3plus":
      return deeplabv3plus(options);
    case "pspnet":
      return pspnet(options);
    default: {
      const { architecture } = options as { architecture: string };
      throw new RangeError(
        `There is no architecture "${architecture}": choose one of ${ARCHITECTURES.join(", ")}`,
      );
    }
  }
}
