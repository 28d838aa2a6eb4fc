import { join } from "node:path";
import { replaceText } from "../../io/replace_file.ts";
import type { RunRecord } from "../../runs/run_store.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { imageScoreCsv } from "./image_scores.ts";

/** The table of the scores of all images in a study's folder. */
export const SCORES = "scores.csv";

/** A finished study with its folder. */
export interface PublishedStudy {
  folder: string;
  analysis: StudyAnalysis;
  /** Its finished runs. */
  runs: readonly RunRecord[];
}

/** Writes into a study's folder what a paper needs: the table of scores. */
export async function publishStudy({ folder, ...study }: PublishedStudy): Promise<void> {
  await replaceText(join(folder, SCORES), imageScoreCsv(study));
}
