import { join } from "node:path";
import { ENSEMBLE } from "lib/ensemble/ensemble_folder.ts";
import { hashFile } from "lib/io/download.ts";
import { exists } from "lib/io/exists.ts";
import { modelPath } from "../model_path.ts";

/**
 * Returns the model's file or the ensemble's folder that a user names.
 *
 * @param given folder of a run or of an ensemble, or file of a model
 * @throws {ConfigError} if there is none; the message says how to make it.
 */
export async function segmenterPath(given: string): Promise<string> {
  return await exists(join(given, ENSEMBLE)) ? given : await modelPath(given);
}

/** Returns the SHA-256 of a model's file, or of all files of an ensemble's folder. */
export async function hashSegmenter(path: string): Promise<string> {
  if (!(await Deno.stat(path)).isDirectory) return await hashFile(path);
  const names = (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name);
  const parts = names.filter((name) => /\.(safetensors|json)$/.test(name)).sort().map((name) => join(path, name));
  return (await Promise.all(parts.map(hashSegmenter))).join();
}
