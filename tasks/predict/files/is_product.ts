import { basename, dirname, join, relative, resolve } from "node:path";
import { exists } from "lib/io/exists.ts";
import { isProductName, RECORDS } from "./outputs.ts";
import { readRecord } from "./record.ts";

/**
 * Returns whether `predict` wrote a file: whether the record in its folder, or in the nearest folder above that has
 * records, lists it.
 *
 * @throws {RunError} if the record is damaged.
 */
export async function isProduct(path: string): Promise<boolean> {
  if (!isProductName(basename(path))) return false;
  let folder = dirname(resolve(path));
  while (!await exists(join(folder, RECORDS))) {
    if (folder === dirname(folder)) return false;
    folder = dirname(folder);
  }
  const file = relative(folder, resolve(path)).replaceAll("\\", "/");
  const name = file.replace(/_[a-z]+\.[a-z]+$/, "");
  // A page's name ends with its number.
  for (const each of [name, name.replace(/#\d+$/, "")]) {
    if ((await readRecord(folder, each))?.files[file]) return true;
  }
  return false;
}
