import { unet, type UnetOptions } from "./decoders/unet/model.ts";
import { ENCODERS } from "./encoders/encoder.ts";
import { type Architecture, ARCHITECTURES, type SegmentationModel } from "./segmentation_model.ts";

/** Options of {@linkcode createModel}. */
export interface ModelOptions extends Partial<UnetOptions> {
  architecture: Architecture;
}

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
  const { architecture, encoder = "resnet34", inChannels = 3, classes = 1, seed = 0, ...rest } = options;
  if (!ENCODERS.includes(encoder)) {
    throw new RangeError(`There is no encoder "${encoder}": choose one of ${ENCODERS.join(", ")}`);
  }
  switch (architecture) {
    case "unet":
      return unet({ encoder, inChannels, classes, seed, ...rest });
    default:
      throw new RangeError(
        `There is no architecture "${architecture}": choose one of ${ARCHITECTURES.join(", ")}`,
      );
  }
}
