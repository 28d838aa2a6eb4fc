import { z } from "zod";
import { hasName, registryNames } from "../io/registry_names.ts";
import { NORMALIZATIONS } from "../images/normalize.ts";
import type { ModelOptions } from "../nn/create_model.ts";
import { type Architecture, ARCHITECTURES } from "../nn/architectures/architectures.ts";
import { type ModelUse, THRESHOLD } from "../nn/weights/model_file.ts";
import { modelOptionsSchema } from "../nn/weights/model_options_schema.ts";
import { ConfigError, parseOptions } from "./config.ts";

/** Schema of a model's use on a command line. */
const USE = {
  normalization: z.enum(NORMALIZATIONS).optional(),
  threshold: THRESHOLD.optional(),
};

/** Makes the schema of the options of `weights import` for one architecture. */
function importSchema(architecture: Architecture) {
  return modelOptionsSchema(architecture).omit({ seed: true }).extend(USE);
}

/** Returns the names of all options that `importOptions` accepts, for all architectures. */
export function importOptionNames(): string[] {
  return [...new Set(registryNames(ARCHITECTURES).flatMap((name) => Object.keys(importSchema(name).shape)))];
}

/**
 * Throws for options that contradict the file's metadata, as its weights would not fit.
 *
 * @param given checked options of the model
 */
function refuseContradiction(given: Record<string, unknown>, model: ModelOptions, path: string): void {
  const stored = { encoder: "resnet34", ...model } as Record<string, unknown>;
  const wrong = Object.entries(given).filter(([name, value]) =>
    name in stored && JSON.stringify(value) !== JSON.stringify(stored[name])
  );
  if (wrong.length === 0) return;
  const write = (value: unknown) => typeof value === "string" ? value : JSON.stringify(value);
  const others = wrong.filter(([name]) => name !== "architecture" && name !== "encoder")
    .map(([name]) => `, ${name} ${write(stored[name])}`).join("");
  const names = wrong.map(([name]) => `-p ${name}`).join(" and ");
  throw new ConfigError(
    `${path} holds a ${stored.architecture} with encoder ${stored.encoder}${others}: ` +
      `${wrong.map(([name, value]) => `-p ${name}=${write(value)}`).join(" and ")} ` +
      `${wrong.length > 1 ? "contradict" : "contradicts"} it. Leave out ${names}`,
  );
}

/**
 * Determines which model a file of weights contains and how to use it: from the file's metadata, unless other values
 * are given.
 *
 * @param given given values, such as `{ architecture: "unet", normalization: "zscore" }`
 * @param stored metadata of the file, from `modelMetadata`
 * @param path path of the file, for messages
 * @throws {ConfigError} naming each option that the architecture does not have, with the nearest one, and each invalid
 * value; if the architecture is unknown; if an option contradicts the file's metadata; and if there are names of classes
 * without the task `classes`.
 */
export function importOptions(
  given: Record<string, unknown>,
  stored: { model?: ModelOptions; use: ModelUse },
  path = "The file",
): { model: ModelOptions; use: ModelUse } {
  const architecture = given.architecture ?? stored.model?.architecture;
  const known = hasName(ARCHITECTURES, architecture) ? architecture : undefined;
  if (!known) {
    const what = architecture === undefined
      ? `${path} does not say its`
      : `There is no architecture "${architecture}": choose an`;
    throw new ConfigError(`${what} architecture: -p architecture=${registryNames(ARCHITECTURES).join(" or ")}`);
  }
  // Another architecture has other options, so it is refused before they are read.
  if (stored.model && "architecture" in given) refuseContradiction({ architecture }, stored.model, path);
  const { normalization, threshold, ...model } = parseOptions(importSchema(known), { ...given, architecture: known });
  if (stored.model) refuseContradiction(model, stored.model, path);
  if (model.classNames && (model.task ?? stored.model?.task) !== "classes") {
    throw new ConfigError("-p classNames needs -p task=classes: add it, or leave out -p classNames");
  }
  return {
    model: { ...stored.model, ...model } as ModelOptions,
    use: {
      ...stored.use,
      ...(normalization && { normalization }),
      ...(threshold !== undefined && { threshold }),
      ...(threshold !== undefined && stored.use.objectParameters && {
        objectParameters: { ...stored.use.objectParameters, threshold },
      }),
    },
  };
}
