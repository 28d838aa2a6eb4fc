import { join } from "node:path";
import { z } from "zod";
import { WeightsError } from "../nn/weights/weights_error.ts";
import { StoredCrossFitted } from "./cross_fitted_ensemble.ts";
import { StoredEnsemble } from "./ensemble.ts";
import { ENSEMBLE } from "./ensemble_folder.ts";
import { META_MODEL } from "./meta_model_file.ts";
import { StoredStacking } from "./stacking.ts";

/** Schema of the description of an ensemble. */
const Stored = z.union([StoredEnsemble, StoredStacking, StoredCrossFitted]);

/**
 * Reads the description of an ensemble.
 *
 * @param folder of the ensemble, or of a study
 * @returns `undefined` if there is none
 * @throws {WeightsError} if it is damaged; the message names the file.
 */
export async function readEnsemble(folder: string): Promise<z.output<typeof Stored> | undefined> {
  const path = join(folder, ENSEMBLE);
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return undefined;
  }
  try {
    return Stored.parse(JSON.parse(text));
  } catch {
    throw new WeightsError(`${path} is damaged: save the ensemble again`);
  }
}

/** Lists the files of an ensemble's models, relative to its folder. */
export function memberFiles(stored: z.output<typeof Stored>): string[] {
  return stored.method === "cross-fitted" ? stored.members.flat() : stored.members.map(({ file }) => file);
}

/** Lists the files of weights of an ensemble, relative to its folder: of its models, and of those that combine them. */
export function ensembleFiles(stored: z.output<typeof Stored>): string[] {
  const files = memberFiles(stored);
  switch (stored.method) {
    case "cross-fitted":
      return [...files, ...stored.combiners.flatMap((combiner) => "model" in combiner ? [combiner.model] : [])];
    case "soft-voting":
      return files;
    default:
      return [...files, META_MODEL];
  }
}
