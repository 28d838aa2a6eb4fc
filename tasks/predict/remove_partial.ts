import { removePartials } from "lib/io/partial_files.ts";
import { isProductName } from "./files/outputs.ts";

/** Matches the name of a result. */
const RESULT = /._(?:mask|probability)\.png$/;

const isResult = (name: string) => RESULT.test(name) || isProductName(name);

/**
 * Removes partial results that a killed process left, but not those of a running process.
 *
 * @param folders folders of results; some may not exist
 */
export async function removePartial(folders: Iterable<string>): Promise<void> {
  for (const folder of new Set(folders)) await removePartials(folder, undefined, isResult);
}
