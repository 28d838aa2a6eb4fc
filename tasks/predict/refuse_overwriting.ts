import { join, resolve } from "node:path";
import { RunError } from "lib/runs/run_error.ts";
import { ConfigError } from "lib/train/config_error.ts";
import { findProduct, readRecord } from "./files/record.ts";
import { findResult, type Found, overwritingProblem } from "./result_files.ts";
import { digest, digestFile } from "./result_mark.ts";
import { isTooLong } from "./too_long.ts";

/** Returns the digest of an image's path, which its results contain. */
export const placeDigest = (image: string): Promise<string> => digest(resolve(image));

/** Returns the digest of an image's content; undefined if it cannot be read. */
async function contentDigest(image: string): Promise<string | undefined> {
  return await digestFile(image).catch(() => undefined);
}

/** Checks what exists at a result's path. A path that is too long counts as nothing, and is reported later. */
async function lookAt(result: string, content: string, place: string): Promise<Found> {
  try {
    return await findResult(result, { key: "", source: { content, place } });
  } catch (error) {
    if (isTooLong(error)) return "nothing";
    throw error;
  }
}

/**
 * Throws, before any work, rather than overwrite files that `predict` did not write, or results of other images.
 *
 * @param image path of the image
 * @param results paths of the results of the image
 * @throws {ConfigError} naming the first result that must not be written.
 */
export async function refuseOverwriting(image: string, results: readonly string[]): Promise<void> {
  const place = await placeDigest(image);
  for (const path of results) {
    let found = await lookAt(path, "", place);
    if (found === "another image's result") {
      // It may be the same image after a move. An image that cannot be read has no result, and is reported later.
      const content = await contentDigest(image);
      found = content ? await lookAt(path, content, place) : "nothing";
    }
    const problem = overwritingProblem(path, found);
    if (problem) throw new ConfigError(problem);
  }
}

/**
 * Like {@linkcode refuseOverwriting}, for the files of objects.
 *
 * @param name path of the image's results below the output folder, without an ending
 * @param files paths of the files below the output folder
 * @throws {ConfigError} naming the first file that must not be written.
 */
export async function refuseOverwritingProducts(
  image: string,
  output: string,
  name: string,
  files: readonly string[],
): Promise<void> {
  const place = await placeDigest(image);
  let content: string | undefined;
  try {
    const record = await readRecord(output, name);
    for (const file of files) {
      const look = (content: string) => findProduct(output, file, record, { key: "", source: { content, place } });
      let found = await look("");
      if (found === "another image's result") {
        content ??= await contentDigest(image) ?? "";
        found = content ? await look(content) : "nothing";
      }
      const problem = overwritingProblem(join(output, file), found);
      if (problem) throw new ConfigError(problem);
    }
  } catch (error) {
    // A damaged record fails its image alone, and is reported later, like a name that is too long.
    if (!isTooLong(error) && !(error instanceof RunError)) throw error;
  }
}
