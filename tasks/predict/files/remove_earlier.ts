import { join } from "node:path";
import type { Outcome } from "../outcome.ts";
import type { Found } from "../result_files.ts";
import { RECORDS } from "./outputs.ts";

/**
 * Removes the files of products that could not be made, if they are of earlier settings: next to the new files they would
 * seem to belong to them.
 *
 * @param found what there was at the path of each file, below the output folder
 * @param written the files that were written
 */
export async function removeEarlier(
  output: string,
  found: ReadonlyMap<string, Found>,
  written: ReadonlySet<string>,
  outcome: Outcome,
): Promise<void> {
  for (const [file, what] of found) {
    if (what !== "another result" || written.has(file)) continue;
    const path = join(output, file);
    await Deno.remove(path);
    if (!file.startsWith(`${RECORDS}/`)) {
      outcome.warnings.push(`${path} was of other settings, or of an image that has changed: it is removed`);
    }
  }
}
