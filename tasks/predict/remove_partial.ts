import { join } from "node:path";
import { removePartials } from "lib/io/partial_files.ts";
import { isJointName, isProductName, RECORDS } from "./files/outputs.ts";

/** Matches the name of a picture. */
const PICTURE = /._(?:mask|probability)\.png$/;

/**
 * Removes partial results that a killed process left, but not those of a running process.
 *
 * @param output the output folder
 * @param folders folders of results below it; some may not exist
 */
export async function removePartial(output: string, folders: Iterable<string>): Promise<void> {
  for (const folder of new Set([".", ...folders])) {
    const isResult = (name: string) => PICTURE.test(name) || isProductName(name) || isJointName(name);
    await removePartials(join(output, folder), undefined, isResult);
    await removePartials(join(output, RECORDS, folder));
  }
}
