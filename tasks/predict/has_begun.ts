import { basename, dirname, join } from "node:path";
import type { PlannedImage } from "./segmenting_options.ts";

/** The ending of a mask: of an image, of its first page, or of a large image. */
const MASK = /^(#1)?_mask\.(png|tif)$/;

/**
 * Returns whether the first image has a mask: an earlier command with the same images wrote it, so that advice on the
 * options comes too late.
 *
 * @param output the output folder
 */
export async function predictionHasBegun([{ name }]: readonly PlannedImage[], output: string): Promise<boolean> {
  const path = join(output, name), start = basename(path);
  try {
    for await (const { name: file } of Deno.readDir(dirname(path))) {
      if (file.startsWith(start) && MASK.test(file.slice(start.length))) return true;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return false;
}
