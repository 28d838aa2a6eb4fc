import { z } from "zod";
import { hasName, registryNames } from "../io/registry_names.ts";
import { NORMALIZATIONS } from "../images/normalize.ts";
import type { ModelOptions } from "../nn/create_model.ts";
import { type Architecture, ARCHITECTURES } from "../nn/architectures/architectures.ts";
import { type ModelUse, THRESHOLD } from "../nn/weights/model_file.ts";
import { modelOptionsSchema } from "../nn/weights/model_options_schema.ts";
import { ConfigError, parseOptions } from "./config.ts";

/** How a model is to be used, as a command line says it. */
const USE = {
  normalization: z.enum(NORMALIZATIONS).optional(),
  threshold: THRESHOLD.optional(),
};

/** What `weights import` takes for one architecture. */
function importSchema(architecture: Architecture) {
  return modelOptionsSchema(architecture).omit({ seed: true }).extend(USE);
}

/** The names of all options that `importOptions` takes, of whatever architecture. */
export function importOptionNames(): string[] {
  return [...new Set(registryNames(ARCHITECTURES).flatMap((name) => Object.keys(importSchema(name).shape)))];
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
