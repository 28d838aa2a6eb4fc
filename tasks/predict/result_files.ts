import { decode, encode } from "fast-png";
import { ConfigError } from "lib/train/config_error.ts";
import { replaceFile, writeAll } from "lib/io/replace_file.ts";
import { MARK, readMark } from "./result_mark.ts";
import type { Segmentation } from "./segment_page.ts";

/** What exists at the path of a result. */
export type Found = "nothing" | "this" | "another result" | "something else";

/**
 * Checks what exists at the path of a result.
 *
 * @param key key of the image and the settings, as in the result's mark
 */
export async function findResult(path: string, key: string): Promise<Found> {
  let bytes: Uint8Array;
  try {
    // A folder is not a result, and reading a pipe would block.
    if (!(await Deno.stat(path)).isFile) return "something else";
    bytes = await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "nothing";
    throw error;
  }
  const mark = readMark(bytes);
  if (mark !== key) return mark === undefined ? "something else" : "another result";
  try {
    decode(bytes, { checkCrc: true });
    return "this";
  } catch {
    // It is damaged, and will be written again.
    return "another result";
  }
}

/**
 * Throws rather than overwrite files that `predict` did not write, such as masks drawn by hand.
 *
 * @param paths paths of results
 * @throws {ConfigError} naming the first such file.
 */
export async function refuseOverwriting(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if (await findResult(path, "") === "something else") {
      throw new ConfigError(
        `${path} exists already, and predict did not write it. Choose another --output, or move the file away`,
      );
    }
  }
}

/** Returns a mask of 0 and 255, with 255 where the probability exceeds the threshold. */
export async function writeMask(path: string, { width, height, map }: Segmentation, threshold: number, key: string) {
  const data = Uint8Array.from(map, (p) => p > threshold ? 255 : 0);
  const png = encode({ width, height, channels: 1, depth: 8, data, text: { [MARK]: key } });
  await replaceFile(path, (file) => writeAll(file, png));
}

/** Returns probabilities at 16 bit, where 65,535 is 1. */
export async function writeProbabilities(path: string, { width, height, map }: Segmentation, key: string) {
  const data = Uint16Array.from(map, (p) => Math.round(p * 65535));
  const png = encode({ width, height, channels: 1, depth: 16, data, text: { [MARK]: key } });
  await replaceFile(path, (file) => writeAll(file, png));
}
