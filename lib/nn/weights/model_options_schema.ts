import { z } from "zod";
import { hasName, registryNames } from "../../io/registry_names.ts";
import { TASKS } from "../../task/tasks.ts";
import { type Architecture, ARCHITECTURES } from "../architectures/architectures.ts";
import { channels } from "../architectures/model_options.ts";
import { ENCODERS } from "../encoders/encoders.ts";
import { INPUT_STATISTICS } from "../input_statistics.ts";

/** Options of every architecture. */
const COMMON = {
  encoder: z.enum(registryNames(ENCODERS)).optional(),
  inChannels: channels.optional(),
  inputStatistics: z.enum(INPUT_STATISTICS).optional(),
  task: z.enum(registryNames(TASKS)).optional(),
  classNames: z.array(z.string().min(1)).optional(),
  borderWidth: z.number().positive().optional(),
  classes: channels.optional(),
  seed: z.int().optional(),
};

/**
 * Returns the options of a model without those of its training: a file of a model has no path of its maker's disk.
 *
 * @param options those of a model, or of a training
 */
export function withoutTrainingOptions(options: { architecture: string }): Record<string, unknown> {
  const { architecture } = options;
  if (!hasName(ARCHITECTURES, architecture)) return { ...options };
  const known = Object.keys(modelOptionsSchema(architecture).shape);
  return Object.fromEntries(Object.entries(options).filter(([name]) => known.includes(name)));
}

/** Schema of the options of an architecture's model, in files and on the command line. */
export function modelOptionsSchema(architecture: Architecture) {
  return z.strictObject({ architecture: z.literal(architecture), ...COMMON, ...ARCHITECTURES[architecture].options });
}

const [first, ...others] = registryNames(ARCHITECTURES).map((name) => modelOptionsSchema(name).strip());

/**
 * Schema of a model's options in a file. Files of earlier versions also contain options of the training, such as the path
 * of its start weights, which are left out.
 */
export const StoredModelOptions = z.discriminatedUnion("architecture", [first, ...others]);
