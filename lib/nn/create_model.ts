import { hasName, registryNames } from "../io/registry_names.ts";
import type { ArchitectureDefinition } from "./architectures/architecture.ts";
import { type Architecture, ARCHITECTURES } from "./architectures/architectures.ts";
import type { CommonModelOptions } from "./architectures/model_options.ts";
import { ENCODERS } from "./encoders/encoders.ts";
import type { SegmentationModel } from "./segmentation_model.ts";

/** The options of one architecture. Options left out get their defaults. */
type OptionsOf<Name extends Architecture> =
  & { architecture: Name }
  & Partial<Omit<Parameters<typeof ARCHITECTURES[Name]["build"]>[0], "architecture">>;

/** Options of {@linkcode createModel}. Options left out get their defaults. */
export type ModelOptions = { [Name in Architecture]: OptionsOf<Name> }[Architecture];

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
  const { architecture, encoder = "resnet34", inChannels = 3, classes = 1, seed = 0 } = options;
  if (!hasName(ARCHITECTURES, architecture)) {
    throw new RangeError(
      `There is no architecture "${architecture}": choose one of ${registryNames(ARCHITECTURES).join(", ")}`,
    );
  }
  if (!hasName(ENCODERS, encoder)) {
    throw new RangeError(`There is no encoder "${encoder}": choose one of ${registryNames(ENCODERS).join(", ")}`);
  }
  const { build }: ArchitectureDefinition<CommonModelOptions> = ARCHITECTURES[architecture];
  return build({ ...options, encoder, inChannels, classes, seed });
}
