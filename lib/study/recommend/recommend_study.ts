import { resolve } from "node:path";
import type { DigestOptions } from "../../io/file_digest.ts";
import { registryNames } from "../../io/registry_names.ts";
import { shellWord } from "../../io/shell_word.ts";
import { ENSEMBLE_METHODS } from "../../ensemble/methods/methods.ts";
import { shownFolder } from "../find_study.ts";
import { readStudySource } from "../study_source.ts";
import { recommend } from "./recommend.ts";
import type { Recommendation } from "./recommendation.ts";
import { writeRecommendation } from "./recommendation_store.ts";
import { describeStudyEnsemble, type StudyWithData } from "./study_ensemble.ts";
import { tunedThreshold } from "./tuned_threshold.ts";

/** The result of {@linkcode recommendStudy}. */
export interface RecommendedStudy {
  recommendation: Recommendation;
  /** The runs of the recommended members that have no weights. */
  missing: string[];
}

/**
 * Writes what a study recommends into its folder: `recommendation.json`, and if the members kept their weights,
 * `ensemble.json`, with which `deno task predict FOLDER` uses them.
 *
 * @param study a finished study, whose runs kept their maps, with its images
 * @param options whether to accept a record of the images' source without a digest
 */
export async function recommendStudy(study: StudyWithData, options: DigestOptions = {}): Promise<RecommendedStudy> {
  const { folder, analysis, runs } = study;
  const chosen = recommend(analysis, { runs });
  const method = registryNames(ENSEMBLE_METHODS).find((id) => id === chosen.method)!;
  // An ensemble is fitted on the maps of all members, some of which may get the weight 0.
  const names = (chosen.kind === "ensemble" ? analysis : chosen).members.map(({ name }) => name);
  const missing = await describeStudyEnsemble(study, method, names);
  // The members know these channels alone.
  const channels = (await readStudySource(folder, options))?.channels;
  const chosenChannels = channels ? ` --channels ${channels.join(",")}` : "";
  // The study's scores, and so the model's own threshold, are those at 0.5.
  const threshold = tunedThreshold(chosen),
    chosenThreshold = threshold === undefined ? "" : ` --threshold ${threshold}`;
  const command = missing.length
    ? null
    : `deno task predict ${shellWord(shownFolder(resolve(folder)))} images/${chosenThreshold}${chosenChannels}`;
  const recommendation = { ...chosen, command };
  await writeRecommendation(folder, recommendation);
  return { recommendation, missing };
}
