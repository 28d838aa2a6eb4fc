import type { OpenOptions } from "lib/ensemble";
import { readAnalysis } from "lib/study/analyse/study_store.ts";
import { missingWeightsNote, runsWithoutSoundWeights } from "lib/study/recommend/missing_weights.ts";
import { ConfigError } from "lib/train/config_error.ts";

/**
 * Returns an error that names the runs of a study whose weights are missing or damaged, and the command that trains them
 * again; `undefined` if there are none.
 *
 * @param path the folder of a study
 * @param cause why it does not open
 */
export async function lostWeights(
  path: string,
  options: OpenOptions,
  cause: unknown,
): Promise<ConfigError | undefined> {
  const { members } = await readAnalysis(path, { acceptWithoutDigest: true });
  const runs = members.flatMap((member) => member.runs);
  const lost = await runsWithoutSoundWeights(path, runs, options);
  return lost.length === 0 ? undefined : new ConfigError(await missingWeightsNote(path, lost, runs.length), { cause });
}
