import type { Recommendation, StudyAnalysis } from "lib/study";
import { holdsAnalysis } from "lib/study/find_study.ts";
import { readAnalysis } from "lib/study/analyse/study_store.ts";
import { readRecommendation } from "lib/study/recommend/recommendation_store.ts";

/** A study's choice, and the analysis that it comes from. */
export interface Recommended {
  recommendation: Recommendation;
  analysis: StudyAnalysis;
}

/** Reads what a study recommends. @returns `undefined` for the folder of a run or of another ensemble, and for a file */
export async function readRecommended(folder: string): Promise<Recommended | undefined> {
  if (!await holdsAnalysis(folder)) return undefined;
  const recommendation = await readRecommendation(folder, { acceptWithoutDigest: true });
  return recommendation && { recommendation, analysis: await readAnalysis(folder, { acceptWithoutDigest: true }) };
}
