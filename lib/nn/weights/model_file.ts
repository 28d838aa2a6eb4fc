import { z } from "zod";
import type { ContrastFloor } from "../../images/contrast_floor.ts";
import { type Normalization, NORMALIZATIONS } from "../../images/normalize.ts";
import { TRAINING_STATISTICS, type TrainingStatistics } from "../../objects/training/training_statistics.ts";
import { type AliasKind, withCurrentKeys } from "../../io/aliases.ts";
import { describeDamage } from "../../io/explain_issue.ts";
import type { DigestOptions } from "../../io/file_digest.ts";
import { createModelToLoad, type ModelOptions } from "../create_model.ts";
import { halfPrecision } from "./half_precision.ts";
import { hasName } from "../../io/registry_names.ts";
import { ARCHITECTURES } from "../architectures/architectures.ts";
import { refuseToSave, refuseUnusableWeights } from "./usable_weights.ts";
import { StoredModelOptions, withoutTrainingOptions } from "./model_options_schema.ts";
import { readSafetensors, writeSafetensors } from "./safetensors_file.ts";
import type { SegmentationModel } from "../segmentation_model.ts";
import { loadStateDict, stateDict } from "./state_dict.ts";
import { WeightsError } from "./weights_error.ts";
import { OptionError } from "../../io/option_error.ts";

/** The trained model in a run's folder: the weights of the best epoch, and how to use them. */
export const MODEL = "model.safetensors";

/** How to use a model. */
export interface ModelUse {
  /** How its training images were normalised. */
  normalization: Normalization;
  /** Pixels with a larger probability are foreground. */
  threshold: number;
  /** How to recognise empty fields, measured on its training images; absent from models of earlier versions. */
  contrastFloor?: ContrastFloor;
  /** The range of its training images, to recognise images that are far from them; absent likewise. */
  trainingStatistics?: TrainingStatistics;
  /**
   * The parameters of `instancesFromForeground` or `instancesFromBorder` that its training tuned; absent likewise, and
   * if its training masks hold no object numbers.
   */
  objectParameters?: Readonly<Record<string, number>>;
}

/** The use of models whose files do not say it, as those of earlier versions. */
const EARLIER: ModelUse = { normalization: "percentile", threshold: 0.5 };

/** Schema of a threshold: at 0 every pixel would be foreground, at 1 none. */
export const THRESHOLD = z.number().gt(0).lt(1);

/**
 * Makes the schema of a metadata entry that contains JSON.
 *
 * @param kind aliases of the entry's fields in files of earlier versions
 */
const json = <Schema extends z.ZodType>(schema: Schema, kind?: AliasKind) =>
  z.string().transform((text, context): unknown => {
    try {
      const value: unknown = JSON.parse(text);
      return kind ? withCurrentKeys(kind, value) : value;
    } catch {
      context.addIssue("it is not JSON");
      return z.NEVER;
    }
  }).pipe(schema);

/** Schema of a {@linkcode ModelUse} in a file's metadata, where each value is text. */
const StoredUse = z.object({
  normalization: z.enum(NORMALIZATIONS).default(EARLIER.normalization),
  threshold: json(THRESHOLD).default(EARLIER.threshold),
  contrastFloor: json(
    z.strictObject({
      structure: z.number().nonnegative(),
      range: z.number().nonnegative(),
      medianRange: z.number().nonnegative(),
    }),
    "contrast",
  ).optional(),
  trainingStatistics: json(TRAINING_STATISTICS, "trainingStatistics").optional(),
  objectParameters: json(z.record(z.string(), z.number())).optional(),
});

/** Schema of all metadata that {@linkcode saveModel} writes. */
const StoredModel = StoredUse.extend({ model: json(StoredModelOptions).optional() });

/** Options of {@linkcode saveModel}. */
export interface SaveModelOptions {
  /** Whether to round the weights to float16, which halves the file: see {@linkcode halfPrecision}. Default `false`. */
  half?: boolean;
}

/**
 * Writes a model into one safetensors file, with its options and how to use it. SMP loads its weights with
 * `load_state_dict(strict=True)`.
 *
 * @throws {OptionError} if the threshold is not between 0 and 1.
 * @throws {WeightsError} if a weight is NaN or infinite, or a variance negative: `loadModel` would refuse the file.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createModel, saveModel } from "lib";
 *
 * const path = await Deno.makeTempFile({ suffix: ".safetensors" });
 * const model = createModel({ architecture: "pspnet", encoder: "mobilenet_v2" });
 * await saveModel(path, model, { normalization: "robust", threshold: 0.5 });
 * assert.ok((await Deno.stat(path)).size > 4 * model.weights.countParameters());
 * model.dispose();
 * await Deno.remove(path);
 * ```
 */
export async function saveModel(
  path: string,
  model: SegmentationModel,
  use: ModelUse,
  { half = false }: SaveModelOptions = {},
): Promise<void> {
  if (!THRESHOLD.safeParse(use.threshold).success) {
    throw new OptionError(`The threshold is ${use.threshold}: give a number between 0 and 1`);
  }
  const arrays = stateDict(model);
  refuseToSave(arrays, path);
  await writeSafetensors(path, half ? halfPrecision(arrays) : arrays, {
    model: JSON.stringify(withoutTrainingOptions(model.options)),
    normalization: use.normalization,
    threshold: String(use.threshold),
    ...(use.contrastFloor && { contrastFloor: JSON.stringify(use.contrastFloor) }),
    ...(use.trainingStatistics && { trainingStatistics: JSON.stringify(use.trainingStatistics) }),
    ...(use.objectParameters && { objectParameters: JSON.stringify(use.objectParameters) }),
  });
}

/** Returns whether the metadata entry `model` is one that {@linkcode saveModel} writes. */
function describesModel(text: string | undefined): boolean {
  try {
    return hasName(ARCHITECTURES, JSON.parse(text ?? "null")?.architecture);
  } catch {
    return false;
  }
}

/**
 * Returns the metadata that {@linkcode saveModel} may have written. Other programs may use the same names with another
 * meaning (`model: "resnet34"`). If `model` is not an entry of {@linkcode saveModel}, only a valid normalisation and a
 * valid threshold are kept.
 */
export function knownMetadata(metadata: Readonly<Record<string, string>>): Record<string, string> {
  if (describesModel(metadata.model)) return { ...metadata };
  const names = ["normalization", "threshold"] as const;
  const kept = names.filter((name) => name in metadata && StoredUse.shape[name].safeParse(metadata[name]).success);
  return Object.fromEntries(kept.map((name) => [name, metadata[name]]));
}

/** Converts texts of numbers in metadata to numbers. */
function withNumbers(metadata: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(metadata).map(([name, text]) => [name, text.trim() && Number.isFinite(+text) ? +text : text]),
  );
}

/**
 * Reads from a file of weights which model it contains, and how to use it. `model` is absent if the file does not say,
 * as in files of other programs.
 *
 * @param path for messages
 * @throws {WeightsError} if the metadata is invalid; the message names the entry and its value.
 */
export function modelMetadata(
  metadata: Readonly<Record<string, string>>,
  path: string,
): { model?: ModelOptions; use: ModelUse } {
  const result = StoredModel.safeParse(metadata);
  if (!result.success) {
    const [issue] = result.error.issues;
    // An issue inside an entry refers to its JSON.
    const given = issue.path.length > 1
      ? { [issue.path[0]]: JSON.parse(metadata[String(issue.path[0])]) }
      : withNumbers(metadata);
    throw new WeightsError(
      `What ${path} says of its model is damaged (${describeDamage(issue, given, "the metadata")}). ` +
        "Export it again, or train it again",
    );
  }
  const { model, ...use } = result.data;
  return { model: model as ModelOptions | undefined, use };
}

/**
 * Reads a file that {@linkcode saveModel} wrote. The caller disposes of the model.
 *
 * @throws {SafetensorsError} if the file is damaged, has no digest, or contains a weight that is NaN or infinite, or a
 * negative variance.
 * @throws {WeightsError} if the file does not say which model it contains.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createModel, loadModel, saveModel } from "lib";
 *
 * const path = await Deno.makeTempFile({ suffix: ".safetensors" });
 * const model = createModel({ architecture: "pspnet", encoder: "mobilenet_v2" });
 * await saveModel(path, model, { normalization: "robust", threshold: 0.4 });
 * const { model: loaded, threshold } = await loadModel(path);
 * assert.equal(threshold, 0.4);
 * assert.equal(loaded.weights.countParameters(), model.weights.countParameters());
 * model.dispose();
 * loaded.dispose();
 * await Deno.remove(path);
 * ```
 */
export async function loadModel(
  path: string,
  digest: DigestOptions = {},
): Promise<{ model: SegmentationModel } & ModelUse> {
  using file = await readSafetensors(path, digest);
  const { arrays, metadata } = file;
  refuseUnusableWeights(arrays, path);
  const { model: options, use } = modelMetadata(metadata, path);
  if (!options) {
    throw new WeightsError(
      `${path} holds weights but does not say of which model: make a model of it with deno task weights import ` +
        "(in code: createModel and loadWeights)",
    );
  }
  const model = buildModel(options, path);
  try {
    loadStateDict(model, arrays);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return { model, ...use };
}

/**
 * Builds the model that a file describes. Its weights are not set, as the file has all of them.
 *
 * @throws {WeightsError} if its options contradict each other.
 */
function buildModel(options: ModelOptions, path: string): SegmentationModel {
  try {
    return createModelToLoad(options);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw new WeightsError(
      `What ${path} says of its model is damaged: ${error.message}. Export it again, or train it again`,
    );
  }
}
