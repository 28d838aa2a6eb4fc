import { decode, encode } from "fast-png";
import { ConfigError } from "lib/train/config_error.ts";
import { replaceFile, writeAll } from "lib/io/replace_file.ts";
import { MARK, readMark } from "./result_mark.ts";
import type { Segmentation } from "./segment_page.ts";

/** What lies at the path of a result. */
export type Found = "nothing" | "this" | "another result" | "something else";

/**
 * Looks at what lies at the path of a result.
 *
 * @param key of image and settings, as the result's mark has it
 */
export async function findResult(path: string, key: string): Promise<Found> {
  let bytes: Uint8Array;
  try {
    // A folder is none of ours, and a pipe would be waited for.
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
    // Damaged on the disk: it is written again.
    return "another result";
  }
}

/**
 * Refuses to overwrite files that `predict` did not write, such as masks that were drawn by hand.
 *
 * @param paths of results
 * @throws {ConfigError} naming the first.
 */
export async function refuseOverwriting(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if (await findResult(path, "") === "something else") {
      throw new ConfigError(
        `${path} is there already, and predict did not write it. Choose another --output, or move the file away`,
      );
    }
  }
}

/** A mask of 0 and 255: foreground is where the probability exceeds the threshold. */
export async function writeMask(path: string, { width, height, map }: Segmentation, threshold: number, key: string) {
  const data = Uint8Array.from(map, (p) => p > threshold ? 255 : 0);
  const png = encode({ width, height, channels: 1, depth: 8, data, text: { [MARK]: key } });
  await replaceFile(path, (file) => writeAll(file, png));
}

/** Probabilities at 16 bit: 65,535 is 1. */
export async function writeProbabilities(path: string, { width, height, map }: Segmentation, key: string) {
  const data = Uint16Array.from(map, (p) => Math.round(p * 65535));
  const png = encode({ width, height, channels: 1, depth: 16, data, text: { [MARK]: key } });
  await replaceFile(path, (file) => writeAll(file, png));
}
