import { basename, join } from "node:path";
import { ENSEMBLE } from "lib/ensemble/ensemble_folder.ts";
import type { DigestOptions } from "lib/io/file_digest.ts";
import { exists } from "lib/io/exists.ts";
import { UserError } from "lib/io/user_error.ts";
import { openModel } from "../predict/open_model.ts";

/** The report's file that segments images in a browser. */
export const SEGMENTING_PAGE = "segment.html";

/**
 * Makes the page that segments images as a study recommends.
 *
 * @param folder of the study
 * @returns the page, or the reason why there is none: the study has no weights, or its ensemble is no ONNX file
 */
export async function segmentingPage(
  folder: string,
  options: DigestOptions,
): Promise<{ content: Uint8Array } | { reason: string }> {
  if (!await exists(join(folder, ENSEMBLE))) return { reason: "the study keeps no weights" };
  // The page's program is large, and few reports have such a page.
  const { pageBytes } = await import("../export/page.ts");
  try {
    using segmenter = await openModel(folder, options);
    const { objectParameters } = segmenter;
    return { content: await pageBytes(segmenter, { name: basename(folder), path: folder, objectParameters }) };
  } catch (error) {
    if (error instanceof UserError) return { reason: error.message };
    throw error;
  }
}
