import { printable } from "../display/printable.ts";

/**
 * The name of a data set as a folder's: visible, and without what a terminal would obey.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { folderName } from "lib/runs/folder_name.ts";
 *
 * assert.equal(folderName("my-images"), "my-images");
 * assert.equal(folderName(".cells\x1b"), "cells_");
 * assert.equal(folderName("."), "data");
 * ```
 */
export function folderName(name: string): string {
  return Array.from(name.replace(/^\.+/, ""), (each) => printable(each) === each ? each : "_").join("") || "data";
}
