import { z } from "zod";
import { readSafetensors, writeSafetensors } from "../nn/weights/safetensors_file.ts";
import { SafetensorsError } from "../nn/weights/safetensors.ts";
import { assignArrays, weightArrays } from "../nn/weights/state_dict.ts";
import type { DigestOptions } from "../io/file_digest.ts";
import { META_MODELS, MetaModel } from "./meta_model.ts";

/** The file of the meta-model in a stacked ensemble's folder. */
export const META_MODEL = "meta-model.safetensors";

/** Schema of the file's metadata. */
const Description = z.object({
  kind: z.enum(META_MODELS),
  members: z.coerce.number().int().min(1).max(1000),
  /** Number of probabilities per pixel and member; absent for foreground. */
  classes: z.coerce.number().int().min(2).max(255).optional(),
});

/** Writes a meta-model into one safetensors file. */
export async function saveMetaModel(path: string, model: MetaModel): Promise<void> {
  const { kind, members, classes, weights } = model;
  const description = { kind, members: String(members), ...(classes > 1 && { classes: String(classes) }) };
  await writeSafetensors(path, weightArrays(weights), description);
}

/**
 * Reads a file that {@linkcode saveMetaModel} wrote. The caller disposes of the model.
 *
 * @throws {SafetensorsError} if the file is damaged, or is not a meta-model; the message names it.
 * @throws {WeightsError} if a weight is missing or has another shape.
 */
export async function loadMetaModel(path: string, digest: DigestOptions = {}): Promise<MetaModel> {
  using file = await readSafetensors(path, digest);
  const found = Description.safeParse(file.metadata);
  if (!found.success) throw new SafetensorsError(`${path} does not hold a meta-model: save the ensemble again`);
  const { kind, members, classes } = found.data;
  const model = new MetaModel(kind, members, 0, classes);
  try {
    assignArrays(model.weights, file.arrays, `${path} does not fit its meta-model, so save the ensemble again`);
    return model;
  } catch (error) {
    model[Symbol.dispose]();
    throw error;
  }
}
