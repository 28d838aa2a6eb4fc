import { z } from "zod";
import { registryNames } from "../../io/registry_names.ts";
import { TASKS } from "../../task/tasks.ts";
import { type Architecture, ARCHITECTURES } from "../architectures/architectures.ts";
import { channels } from "../architectures/model_options.ts";
import { ENCODERS } from "../encoders/encoders.ts";

/** Options of every architecture. */
const COMMON = {
  encoder: z.enum(registryNames(ENCODERS)).optional(),
  inChannels: channels.optional(),
  task: z.enum(registryNames(TASKS)).optional(),
  classNames: z.array(z.string().min(1)).optional(),
  borderWidth: z.number().positive().optional(),
  classes: channels.optional(),
  seed: z.int().optional(),
};

/** Schema of the options of an architecture's model, in files and on the command line. */
export function modelOptionsSchema(architecture: Architecture) {
  return z.strictObject({ architecture: z.literal(architecture), ...COMMON, ...ARCHITECTURES[architecture].options });
}

const [first, ...others] = registryNames(ARCHITECTURES).map((name) => modelOptionsSchema(name).loose());

/**
 * Schema of a model's options in a file. The file of a trained model also contains training options, which are kept.
 */
export const StoredModelOptions = z.discriminatedUnion("architecture", [first, ...others]);
