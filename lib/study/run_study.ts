import { embeddedDataset } from "../data/embedded.ts";
import { analyseStudy } from "./analyse_study.ts";
import type { StudyAnalysis } from "./analysis_record.ts";
import { continuedGrid, type GridCell, runGrid, type RunGridOptions, writeStudyGrid } from "./grid.ts";
import { writeStudySource } from "./study_source.ts";
import { writeAnalysis, writeRunTable } from "./study_store.ts";
import { trainingProcesses } from "./training_process.ts";

/** The embedded data, at the difficulties that a grid asks for. */
export async function embeddedStudy(): Promise<
  Required<Pick<RunGridOptions, "dataset" | "datasetOf" | "source">>
> {
  return {
    dataset: await embeddedDataset(),
    datasetOf: (difficulty) => embeddedDataset({ difficulty }),
    source: { folder: "" },
  };
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
 * Trains what is missing of a grid, in as many processes as the machine has room for, and analyses it. `grid.json`,
 * `data.json`, `runs-DATE.csv` and `analysis.json` lie next to the runs. Where the study has begun, what the grid leaves open is as it
 * was then.
 *
 * @throws {RunError} if the signal stopped it, or there are too few members for an ensemble.
 */
export async function runStudy(options: RunStudyOptions): Promise<FinishedStudy> {
  const { dataset, datasetOf, results, source, processes = source && trainingProcesses(), onAnalysis } = options;
  const grid = await continuedGrid(results, options.grid);
  await writeStudyGrid(results, grid);
  if (source) await writeStudySource(results, source);
  const cells = await runGrid({ ...options, grid, processes });
  const runs = await writeRunTable(results, cells);
  const analysis = await analyseStudy({
    dataset,
    datasetOf,
    cells,
    results,
    onProgress: onAnalysis,
    signal: options.signal,
  });
  await writeAnalysis(results, analysis);
  return { cells, analysis, runs };
}
