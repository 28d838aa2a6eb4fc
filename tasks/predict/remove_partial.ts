import { removePartials } from "lib/io/partial_files.ts";

/** The name of a result. */
const RESULT = /._(?:mask|probability)\.png$/;

/**
 * Removes half-written results that a killed process left; those of a process that runs stay.
 *
 * @param folders that hold results; some may not exist
 */
export async function removePartial(folders: Iterable<string>): Promise<void> {
  for (const folder of new Set(folders)) await removePartials(folder, undefined, (name) => RESULT.test(name));
}
