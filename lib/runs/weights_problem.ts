import { join } from "node:path";
import { exists } from "../io/exists.ts";
import type { DigestOptions } from "../io/file_digest.ts";
import { MODEL } from "../nn/weights/model_file.ts";
import { SafetensorsError } from "../nn/weights/safetensors.ts";
import { readSafetensors } from "../nn/weights/safetensors_file.ts";

/**
 * Reads the model's file in a run's folder, and compares it with its digest.
 *
 * @returns why it cannot be used, with its path; `undefined` if it is sound
 */
export async function weightsProblem(folder: string, digest: DigestOptions = {}): Promise<string | undefined> {
  const path = join(folder, MODEL);
  if (!await exists(path)) return `${path} is missing`;
  try {
    using _file = await readSafetensors(path, digest);
    return undefined;
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error;
    return error.message;
  }
}
