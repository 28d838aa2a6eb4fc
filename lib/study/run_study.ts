import { join } from "node:path";
import type { Dataset } from "../data/dataset.ts";
import { embeddedDataset } from "../data/embedded.ts";
import { replaceText } from "../data/replace_file.ts";
import { analyseStudy } from "./analyse_study.ts";
import type { StudyAnalysis } from "./analysis_record.ts";
import { type GridCell, runGrid, type RunGridOptions } from "./grid.ts";
import { writeAnalysis, writeRunTable } from "./study_store.ts";

/** The embedded data, at the difficulties that a grid asks for. */
export async function embeddedStudy(): Promise<{ dataset: Dataset; datasetOf(difficulty: number): Promise<Dataset> }> {
  return { dataset: await embeddedDataset(), datasetOf: (difficulty) => embeddedDataset({ difficulty }) };
}

/** Options of {@linkcode runStudy}. */
export interface RunStudyOptions extends RunGridOptions {
  /** Called while the finished runs are analysed, with the share that is done, 0 to 1. */
  onAnalysis?: (done: number, what: string) => void;
}

/** What {@linkcode runStudy} gives. */
export interface FinishedStudy {
  cells: GridCell[];
  analysis: StudyAnalysis;
  /** Path of the table of all runs. */
  runs: string;
}

/**
 * Trains what is missing of a grid, and analyses it: `grid.json`, `runs-DATE.csv` and `analysis.json` beside the runs.
 *
 * @throws {RunError} if the signal stopped it, or there are too few members for an ensemble.
 */
export async function runStudy(options: RunStudyOptions): Promise<FinishedStudy> {
  const { grid, dataset, datasetOf, results, onAnalysis } = options;
  await replaceText(join(results, "grid.json"), JSON.stringify(grid, null, 1) + "\n");
  const cells = await runGrid(options);
  const runs = await writeRunTable(results, cells);
  const analysis = await analyseStudy({ dataset, datasetOf, cells, results, onProgress: onAnalysis });
  await writeAnalysis(results, analysis);
  return { cells, analysis, runs };
}
