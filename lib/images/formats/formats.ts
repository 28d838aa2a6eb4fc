import { registryNames } from "../../io/registry_names.ts";
import { bmp } from "./bmp/bmp.ts";
import type { FormatReader } from "./format.ts";
import { jpeg } from "./jpeg/jpeg.ts";
import { png } from "./png/png.ts";
import { tiff } from "./tiff/tiff.ts";

/**
 * The supported image formats. To add one, add a file that defines it and a line here.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { FORMATS, registryNames } from "lib";
 *
 * assert.ok(registryNames(FORMATS).includes("png"));
 * assert.equal(FORMATS.tiff.label, "TIFF");
 * ```
 */
export const FORMATS = { png, tiff, jpeg, bmp } as const satisfies Record<string, FormatReader>;

/** An image format's name. */
export type Format = keyof typeof FORMATS;

/** The formats' labels as the words of a sentence, such as `PNG, TIFF or BMP`. */
export const FORMAT_LIST = new Intl.ListFormat("en-GB", { type: "disjunction" }).format(
  registryNames(FORMATS).map((format) => FORMATS[format].label),
);

/** Detects a file's format by its first bytes. */
export function detectFormat(bytes: Uint8Array): Format | undefined {
  return registryNames(FORMATS).find((format) => FORMATS[format].matches(bytes));
}
