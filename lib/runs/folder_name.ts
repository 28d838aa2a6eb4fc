import { printable } from "../display/printable.ts";

/**
 * Converts the name of a data set to that of a folder, which is visible and has no control characters.
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
