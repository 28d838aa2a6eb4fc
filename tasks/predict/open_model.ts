import { openSegmenter, type Segmenter } from "lib";
import type { OpenOptions } from "lib/ensemble";
import { holdsAnalysis } from "lib/study/find_study.ts";
import { readAnalysis } from "lib/study/analyse/study_store.ts";
import { missingWeightsNote, runsWithoutSoundWeights } from "lib/study/recommend/missing_weights.ts";
import { ConfigError } from "lib/train/config_error.ts";

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
    const { members } = await readAnalysis(path, { acceptWithoutDigest: true });
    const runs = members.flatMap((member) => member.runs);
    const lost = await runsWithoutSoundWeights(path, runs, options);
    if (lost.length === 0) throw error;
    throw new ConfigError(await missingWeightsNote(path, lost, runs.length), { cause: error });
  }
}
