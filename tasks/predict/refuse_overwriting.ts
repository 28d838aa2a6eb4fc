import { resolve } from "node:path";
import { readRegularFile } from "lib/io/regular_file.ts";
import { ConfigError } from "lib/train/config_error.ts";
import { findResult, type Found, overwritingProblem } from "./result_files.ts";
import { digest } from "./result_mark.ts";
import { isTooLong } from "./too_long.ts";

/** The digest of an image's place, as its results carry it. */
export const placeDigest = (image: string): Promise<string> => digest(resolve(image));

/** What lies at a result's path; nothing where the path is too long to be one, which is said of the image later. */
async function lookAt(result: string, content: string, place: string): Promise<Found> {
  try {
    return await findResult(result, { key: "", source: { content, place } });
  } catch (error) {
    if (isTooLong(error)) return "nothing";
    throw error;
  }
}

/**
 * Refuses, before any work, to overwrite files that `predict` did not write, and results of other images.
 *
 * @param image path of the image
 * @param results paths of its results
 * @throws {ConfigError} naming the first result that may not be written.
 */
export async function refuseOverwriting(image: string, results: readonly string[]): Promise<void> {
  const place = await placeDigest(image);
  for (const path of results) {
    let found = await lookAt(path, "", place);
    if (found === "another image's result") {
      // It may be the same image, moved. One that cannot be read has no result: it is said later.
      const bytes = await readRegularFile(image).catch(() => undefined);
      found = bytes ? await lookAt(path, await digest(bytes), place) : "nothing";
    }
    const problem = overwritingProblem(path, found);
    if (problem) throw new ConfigError(problem);
  }
}
