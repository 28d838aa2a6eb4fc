import { z } from "zod";
import { readSafetensors, writeSafetensors } from "../nn/weights/safetensors_file.ts";
import { type NamedArray, SafetensorsError } from "../nn/weights/safetensors.ts";
import { fromPyTorchLayout } from "../nn/weights/weight_scope.ts";
import type { DigestOptions } from "../io/file_digest.ts";
import { META_MODELS, MetaModel } from "./meta_model.ts";

/** The file of the meta-model in a stacked ensemble's folder. */
export const META_MODEL = "meta-model.safetensors";

/** Schema of the file's metadata. */
const Description = z.object({ kind: z.enum(META_MODELS), members: z.coerce.number().int().min(1).max(1000) });

/** Writes a meta-model into one safetensors file. */
export async function saveMetaModel(path: string, model: MetaModel): Promise<void> {
  const arrays = new Map<string, NamedArray>();
  for (const weight of model.weights) {
    arrays.set(weight.name, { dtype: "F32", shape: [...weight.shape], data: model.weights.readValues(weight) });
  }
  await writeSafetensors(path, arrays, { kind: model.kind, members: String(model.members) });
}

/**
 * Reads a file that {@linkcode saveMetaModel} wrote. The caller disposes of the model.
 *
 * @throws {SafetensorsError} if the file is damaged, or is not a meta-model; the message names it.
 */
export async function loadMetaModel(path: string, digest: DigestOptions = {}): Promise<MetaModel> {
  using file = await readSafetensors(path, digest);
  const found = Description.safeParse(file.metadata);
  if (!found.success) throw new SafetensorsError(`${path} does not hold a meta-model: save the ensemble again`);
  const model = new MetaModel(found.data.kind, found.data.members);
  for (const weight of model.weights) {
    const given = file.arrays.get(weight.name);
    if (!weight.variable || !(given?.data instanceof Float32Array) || given.shape.join() !== weight.shape.join()) {
      model[Symbol.dispose]();
      throw new SafetensorsError(`${path} lacks ${weight.name} [${weight.shape}]: save the ensemble again`);
    }
    const value = fromPyTorchLayout(given.data, weight.shape);
    weight.variable.assign(value);
    value.dispose();
  }
  return model;
}
