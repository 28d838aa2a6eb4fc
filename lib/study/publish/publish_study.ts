import { join } from "node:path";
import { replaceText } from "../../io/replace_file.ts";
import type { Divergence } from "../../runs/grid/train_job.ts";
import type { RunRecord } from "../../runs/run_store.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { imageScoreCsv } from "./image_scores.ts";
import { methodsText } from "./methods/methods_text.ts";

/** The table of the scores of all images in a study's folder. */
export const SCORES = "scores.csv";

/** The methods for a paper in a study's folder. */
export const METHODS = "methods.md";

/** A finished study with its folder. */
export interface PublishedStudy {
  folder: string;
  analysis: StudyAnalysis;
  /** Its finished runs. */
  runs: readonly RunRecord[];
  /** Its trainings that diverged. */
  diverged: readonly Divergence[];
}

/** Writes into a study's folder what a paper needs: the table of scores, and the methods. */
export async function publishStudy({ folder, ...study }: PublishedStudy): Promise<void> {
  await replaceText(join(folder, SCORES), imageScoreCsv(study));
  await replaceText(join(folder, METHODS), methodsText(study));
}
