import type { Segmenter } from "lib";
import { type OpenOptions, openSegmenter } from "lib/ensemble/open_segmenter.ts";
import { holdsAnalysis } from "lib/study/find_study.ts";

/**
 * Opens what the user names, as `openSegmenter` does.
 *
 * @param path a model's file, or the folder of an ensemble or a study
 * @throws {ConfigError} if weights of a study are missing or damaged; the message names the runs, and the command that
 * trains them again.
 */
export async function openModel(path: string, options: OpenOptions): Promise<Segmenter> {
  try {
    return await openSegmenter(path, options);
  } catch (error) {
    if (!await holdsAnalysis(path)) throw error;
    // Few need these modules, which are a sixth of all.
    const { lostWeights } = await import("./lost_weights.ts");
    throw await lostWeights(path, options, error) ?? error;
  }
}
