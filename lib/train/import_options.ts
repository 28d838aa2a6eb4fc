import { z } from "zod";
import { hasName, registryNames } from "../io/registry_names.ts";
import { NORMALIZATIONS } from "../data/normalize.ts";
import type { ModelOptions } from "../nn/create_model.ts";
import { ENCODERS } from "../nn/encoders/encoders.ts";
import type { ModelUse } from "../nn/model_file.ts";
import { type Architecture, ARCHITECTURES } from "../nn/architectures/architectures.ts";
import { ConfigError, parseOptions } from "./config.ts";

/** Options that every architecture has, and how the model is to be used. */
const COMMON = {
  encoder: z.enum(registryNames(ENCODERS)).optional(),
  inChannels: z.int().positive().optional(),
  classes: z.int().positive().optional(),
  normalization: z.enum(NORMALIZATIONS).optional(),
  threshold: z.number().min(0).max(1).optional(),
};

/** What `weights import` takes for one architecture. */
function importSchema(architecture: Architecture) {
  return z.strictObject({ architecture: z.literal(architecture), ...COMMON, ...ARCHITECTURES[architecture].options });
}

/**
 * Which model a file of weights holds and how it is to be used: as the file says, unless something else is given.
 *
 * @param given such as `{ architecture: "unet", normalization: "zscore" }`
 * @param stored what the file says, as `modelMetadata` reads it
 * @throws {ConfigError} naming each option that the architecture does not have, with the nearest one, or whose value does
 * not fit; and if neither says the architecture.
 */
export function importOptions(
  given: Record<string, unknown>,
  stored: { model?: ModelOptions; use: ModelUse },
): { model: ModelOptions; use: ModelUse } {
  const architecture = given.architecture ?? stored.model?.architecture;
  const known = hasName(ARCHITECTURES, architecture) ? architecture : undefined;
  if (!known) {
    const what = architecture === undefined
      ? "The file does not say its"
      : `There is no architecture "${architecture}": choose an`;
    throw new ConfigError(`${what} architecture: -p architecture=${registryNames(ARCHITECTURES).join(" or ")}`);
  }
  const { normalization, threshold, ...model } = parseOptions(importSchema(known), { ...given, architecture: known });
  // Another architecture's options mean nothing here.
  const base = stored.model?.architecture === known ? stored.model : {};
  return {
    model: { ...base, ...model } as ModelOptions,
    use: {
      ...stored.use,
      ...(normalization && { normalization }),
      ...(threshold !== undefined && { threshold }),
    },
  };
}
