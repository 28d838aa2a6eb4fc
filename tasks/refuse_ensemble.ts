import { join } from "node:path";
import { ENSEMBLE } from "lib/ensemble/ensemble_folder.ts";
import { memberFiles, readEnsemble } from "lib/ensemble/stored_ensemble.ts";
import { count } from "lib/io/count.ts";
import { exists } from "lib/io/exists.ts";
import { ConfigError } from "lib/train/config_error.ts";

/** Largest number of files that the message lists. */
const LISTED = 20;

/**
 * Throws if a folder is that of an ensemble or a study, where one model is needed.
 *
 * @param given path of a model's file or of a folder
 * @throws {ConfigError} with the files of the ensemble's models.
 */
export async function refuseEnsemble(given: string): Promise<void> {
  if (!await exists(join(given, ENSEMBLE))) return;
  const stored = await readEnsemble(given);
  if (!stored) return;
  const files = memberFiles(stored);
  const more = files.length > LISTED ? [`  and ${files.length - LISTED} more`] : [];
  throw new ConfigError(
    [
      `${given} is an ensemble of ${
        count(files.length, "model")
      }: give the file of one of them, or write the ensemble ` +
      "with deno task export:",
      ...files.slice(0, LISTED).map((file) => `  ${join(given, file)}`),
      ...more,
    ].join("\n"),
  );
}
