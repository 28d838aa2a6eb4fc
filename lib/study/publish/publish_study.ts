import { join } from "node:path";
import { replaceText } from "../../io/replace_file.ts";
import type { DataSource } from "../../runs/grid/process_messages.ts";
import type { DivergedRun } from "../../runs/grid/train_job.ts";
import { provenance } from "../../runs/provenance.ts";
import type { RunRecord } from "../../runs/run_store.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { imageScoreCsv } from "./image_scores.ts";
import { methodsText } from "./methods/methods_text.ts";
import { crateFiles } from "./ro_crate/crate_files.ts";
import { keepStatements } from "./ro_crate/keep_statements.ts";
import { CRATE, studyCrate } from "./ro_crate/study_crate.ts";

/** The table of the scores of all images in a study's folder. */
export const SCORES = "scores.csv";

/** The methods for a paper in a study's folder. */
export const METHODS = "methods.md";

/** A finished study with its folder. */
export interface PublishedStudy {
  folder: string;
  analysis: StudyAnalysis;
  /** Its images, where they are known. */
  source?: DataSource;
  /** Its finished runs. */
  runs: readonly RunRecord[];
  /** Its trainings that diverged. */
  diverged: readonly DivergedRun[];
}

/**
 * Writes into a study's folder what a paper needs: the table of scores, the methods, and a description of all files as a
 * Process Run Crate. The crate says that this process made the analysis. It keeps the licence and the authors of an earlier one.
 */
export async function publishStudy({ folder, ...study }: PublishedStudy): Promise<void> {
  await replaceText(join(folder, SCORES), imageScoreCsv(study));
  await replaceText(join(folder, METHODS), methodsText(study));
  const files = await crateFiles(folder, [...study.runs, ...study.diverged].map(({ run }) => run));
  const path = join(folder, CRATE), earlier = await Deno.readTextFile(path).catch(() => undefined);
  const crate = keepStatements(studyCrate({ ...study, made: provenance() }, files), earlier);
  await replaceText(path, JSON.stringify(crate, null, 1) + "\n");
}
