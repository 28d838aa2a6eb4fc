import { join } from "node:path";
import { ENSEMBLE } from "lib/ensemble/ensemble_folder.ts";
import { ensembleFiles, readEnsemble } from "lib/ensemble/stored_ensemble.ts";
import { hashFile } from "lib/io/download.ts";
import { exists } from "lib/io/exists.ts";
import { modelPath } from "../model_path.ts";

/**
 * Returns the model's file or the ensemble's folder that a user names.
 *
 * @param given folder of a run, an ensemble or a study, or file of a model
 * @throws {ConfigError} if there is none; the message says how to make it.
 */
export async function segmenterPath(given: string): Promise<string> {
  return await exists(join(given, ENSEMBLE)) ? given : await modelPath(given);
}

/** Returns the SHA-256 of a model's file, or of all files of an ensemble's folder. */
export async function hashSegmenter(path: string): Promise<string> {
  if (!(await Deno.stat(path)).isDirectory) return await hashFile(path);
  const stored = await readEnsemble(path);
  const parts = [ENSEMBLE, ...stored ? ensembleFiles(stored) : []].map((name) => join(path, name));
  return (await Promise.all(parts.map(hashFile))).join();
}
