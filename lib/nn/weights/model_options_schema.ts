import { z } from "zod";
import { registryNames } from "../../io/registry_names.ts";
import { TASKS } from "../../task/tasks.ts";
import { type Architecture, ARCHITECTURES } from "../architectures/architectures.ts";
import { channels } from "../architectures/model_options.ts";
import { ENCODERS } from "../encoders/encoders.ts";

/** Options that every architecture has. */
const COMMON = {
  encoder: z.enum(registryNames(ENCODERS)).optional(),
  inChannels: channels.optional(),
  task: z.enum(registryNames(TASKS)).optional(),
  classes: channels.optional(),
  seed: z.int().optional(),
};

/** The options of an architecture's model, as files and command lines give them. */
export function modelOptionsSchema(architecture: Architecture) {
  return z.strictObject({ architecture: z.literal(architecture), ...COMMON, ...ARCHITECTURES[architecture].options });
}

const [first, ...others] = registryNames(ARCHITECTURES).map((name) => modelOptionsSchema(name).loose());

/** A model's options as a file has them. A trained model's file holds its training's options too, which are kept. */
export const StoredModelOptions = z.discriminatedUnion("architecture", [first, ...others]);
