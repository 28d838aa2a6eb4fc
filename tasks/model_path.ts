import { join } from "node:path";
import { exists } from "lib/io/exists.ts";
import { MODEL } from "lib/nn/weights/model_file.ts";
import { ConfigError } from "lib/train/config_error.ts";

/**
 * Returns the file of a model that a user names, by its path or by its run's folder.
 *
 * @throws {ConfigError} if the file is missing; the message says how to make it.
 */
export async function modelPath(given: string): Promise<string> {
  let isFolder: boolean;
  try {
    isFolder = (await Deno.stat(given)).isDirectory;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new ConfigError(
      `There is no model ${given}: give the folder of a run, an ensemble or a study, or a ${MODEL}`,
    );
  }
  if (!isFolder) return given;
  const path = join(given, MODEL);
  if (await exists(path)) return path;
  // Few need these modules, which take time to load.
  const { missingModel } = await import("./missing_model.ts");
  throw await missingModel(given);
}
