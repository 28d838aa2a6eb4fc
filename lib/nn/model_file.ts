import { z } from "zod";
import type { ContrastFloor } from "../data/contrast_floor.ts";
import { type Normalization, NORMALIZATIONS } from "../data/normalize.ts";
import { createModel, type ModelOptions } from "./create_model.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";
import { hasName } from "../io/registry_names.ts";
import { ARCHITECTURES } from "./architectures/architectures.ts";
import type { SegmentationModel } from "./segmentation_model.ts";
import { loadStateDict, stateDict } from "./state_dict.ts";

/** How a model is to be used. */
export interface ModelUse {
  /** How its training images were normalised. */
  normalization: Normalization;
  /** Foreground is where the probability is larger. */
  threshold: number;
  /** What its training images taught about empty fields; models of earlier versions have none. */
  contrastFloor?: ContrastFloor;
}

/** What files say that were written before all of them said so. */
const EARLIER: ModelUse = { normalization: "percentile", threshold: 0.5 };

/** A {@linkcode ModelUse} as a file's metadata has it: texts. */
const StoredUse = z.object({
  normalization: z.enum(NORMALIZATIONS).default(EARLIER.normalization),
  threshold: z.coerce.number().min(0).max(1).default(EARLIER.threshold),
  contrastFloor: z.preprocess(
    (text) => typeof text === "string" ? JSON.parse(text) : text,
    z.object({ structure: z.number(), range: z.number(), shown: z.number() }).optional(),
  ),
});

/**
 * Writes a model into one safetensors file that says by itself what it holds. SMP loads it with
 * `load_state_dict(strict=True)`.
 */
export async function saveModel(path: string, model: SegmentationModel, use: ModelUse): Promise<void> {
  await writeSafetensors(path, stateDict(model), {
    model: JSON.stringify(model.options),
    normalization: use.normalization,
    threshold: String(use.threshold),
    ...(use.contrastFloor && { contrastFloor: JSON.stringify(use.contrastFloor) }),
  });
}

/** Whether a metadata entry `model` is one that {@linkcode saveModel} writes. */
function describesModel(text: string | undefined): boolean {
  try {
    return hasName(ARCHITECTURES, JSON.parse(text ?? "null")?.architecture);
  } catch {
    return false;
  }
}

/**
 * The metadata that mean here what they are named. Another program may give these names another meaning
 * (`model: "resnet34"`): where `model` is none of ours, only a normalisation and a threshold that can be are kept.
 */
export function knownMetadata(metadata: Readonly<Record<string, string>>): Record<string, string> {
  if (describesModel(metadata.model)) return { ...metadata };
  const names = ["normalization", "threshold"] as const;
  const kept = names.filter((name) => name in metadata && StoredUse.shape[name].safeParse(metadata[name]).success);
  return Object.fromEntries(kept.map((name) => [name, metadata[name]]));
}

/**
 * What a file of weights says of the model that it holds, and how to use it; `model` is absent where it says nothing, as
 * in files of other programs.
 *
 * @param path for messages
 * @throws {RangeError} if what it says cannot be.
 */
export function modelMetadata(
  metadata: Readonly<Record<string, string>>,
  path: string,
): { model?: ModelOptions; use: ModelUse } {
  let model: ModelOptions | undefined;
  try {
    if (metadata.model) model = JSON.parse(metadata.model);
    return { model, use: StoredUse.parse(metadata) };
  } catch (error) {
    throw new RangeError(`What ${path} says of its model is damaged: ${(error as Error).message.slice(0, 200)}`);
  }
}

/**
 * Reads what {@linkcode saveModel} wrote; the caller disposes of the model.
 *
 * @throws {SafetensorsError} if the file is damaged.
 * @throws {RangeError} if it does not say what model it holds.
 */
export async function loadModel(path: string): Promise<{ model: SegmentationModel } & ModelUse> {
  using file = await readSafetensors(path);
  const { arrays, metadata } = file;
  const { model: options, use } = modelMetadata(metadata, path);
  if (!options) {
    throw new RangeError(
      `${path} holds weights but does not say of which model: create it, and give it the weights with loadWeights`,
    );
  }
  const model = createModel(options);
  try {
    loadStateDict(model, arrays);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return { model, ...use };
}
