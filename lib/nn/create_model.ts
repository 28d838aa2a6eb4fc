import { hasName, registryNames } from "../io/registry_names.ts";
import type { ArchitectureDefinition } from "./architectures/architecture.ts";
import { type Architecture, ARCHITECTURES } from "./architectures/architectures.ts";
import type { CommonModelOptions } from "./architectures/model_options.ts";
import { ENCODERS } from "./encoders/encoders.ts";
import { createTask, DEFAULT_TASK, TASKS } from "../task/tasks.ts";
import type { Seed } from "./weights/weight_scope.ts";
import type { SegmentationModel } from "./segmentation_model.ts";
import { OptionError } from "../io/option_error.ts";

/** The options of one architecture. Options left out get their defaults. */
type OptionsOf<Name extends Architecture> =
  & { architecture: Name }
  & Partial<Omit<Parameters<typeof ARCHITECTURES[Name]["build"]>[0], "architecture" | "seed">>
  & { seed?: number };

/** Options of {@linkcode createModel}. Options left out get their defaults. */
export type ModelOptions = { [Name in Architecture]: OptionsOf<Name> }[Architecture];

/**
 * Builds a model with fresh weights, by default for 3 image channels, and with the logits of its task.
 *
 * @throws {OptionError} for an unknown architecture, encoder or task, with the known ones, and if an option of the task
 * is missing or invalid.
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
  const { seed = 0 } = options;
  return build(options, seed);
}

/**
 * Builds a model whose weights will all be loaded. It equals that of {@linkcode createModel}, but its weights are not set:
 * drawing random ones would take most of the time.
 *
 * @throws {OptionError} as `createModel` does.
 */
export function createModelToLoad(options: ModelOptions): SegmentationModel {
  const { seed = 0 } = options, model = build(options, null);
  model.options = { ...model.options, seed };
  model.weights.seed = seed;
  return model;
}

function build(options: ModelOptions, seed: Seed): SegmentationModel {
  const { architecture, encoder = "resnet34", inChannels = 3, task = DEFAULT_TASK } = options;
  if (!hasName(ARCHITECTURES, architecture)) {
    throw new OptionError(
      `There is no architecture "${architecture}": choose one of ${registryNames(ARCHITECTURES).join(", ")}`,
    );
  }
  if (!hasName(ENCODERS, encoder)) {
    throw new OptionError(`There is no encoder "${encoder}": choose one of ${registryNames(ENCODERS).join(", ")}`);
  }
  if (!hasName(TASKS, task)) {
    throw new OptionError(`There is no task "${task}": choose one of ${registryNames(TASKS).join(", ")}`);
  }
  const { classes = createTask({ ...options, task }).logits } = options;
  const definition: ArchitectureDefinition<CommonModelOptions> = ARCHITECTURES[architecture];
  return definition.build({ ...options, encoder, inChannels, classes, seed });
}
