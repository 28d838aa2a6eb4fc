import { demoDataset } from "../datasets/demo_dataset.ts";
import type { GeneratedImages } from "../datasets/generator/generated_images.ts";
import { removePartials } from "../io/partial_files.ts";
import { analyseStudy } from "./analyse/analyse_study.ts";
import type { StudyAnalysis } from "./analyse/analysis_record.ts";
import { removeParts } from "./analyse/parts/saved_part.ts";
import { MAIN_BLOCK } from "../runs/grid/blocks.ts";
import { codeDigest } from "../runs/code_digest.ts";
import { runGrid, type RunGridOptions } from "../runs/grid/grid.ts";
import type { Job } from "../runs/grid/job.ts";
import { writeStudyGrid } from "../runs/grid/study_grid.ts";
import { beginStudy } from "./begin_study.ts";
import { publishStudy } from "./publish/publish_study.ts";
import { missingWeightsNote, runsWithoutSoundWeights } from "./recommend/missing_weights.ts";
import { recommendStudy } from "./recommend/recommend_study.ts";
import type { Recommendation } from "./recommend/recommendation.ts";
import { replacedStudyNote } from "./replaced_study.ts";
import { mixedMachines } from "./study_machine.ts";
import { writeStudySource } from "./study_source.ts";
import { readDivergences, writeAnalysis, writeRunTable } from "./analyse/study_store.ts";
import { callersSignal } from "../runs/stop_signal.ts";

/**
 * The generated images of a study, at the difficulties of a grid.
 *
 * @param kinds kinds of cells; two have classes
 * @param generated options that differ from those of the demo data set
 */
export async function demoStudy(kinds: 1 | 2 = 1, generated?: GeneratedImages): Promise<
  Required<Pick<RunGridOptions, "dataset" | "datasetFor" | "source">>
> {
  return {
    dataset: await demoDataset({ ...generated, kinds }),
    datasetFor: (difficulty) => demoDataset({ ...generated, difficulty, kinds }),
    source: { folder: "", ...(kinds === 2 && { kinds }), ...(generated && { generated }) },
  };
}

/** Options of {@linkcode runStudy}. */
export interface RunStudyOptions extends Omit<RunGridOptions, "only"> {
  /** Whether the members keep their weights, so that the study can predict new images. Default `true`. */
  keepWeights?: boolean;
  /** Called while the finished runs are analysed, with the completed share, 0 to 1. */
  onAnalysis?: (done: number, step: string) => void;
}

/** The result of {@linkcode runStudy}. */
export interface FinishedStudy {
  jobs: Job[];
  analysis: StudyAnalysis;
  /** The model for new images. */
  recommendation: Recommendation;
  /** Path of the table of all runs. */
  runs: string;
}

/**
 * Trains the missing runs of a grid, in as many processes as the machine has room for, and analyses the study.
 * `grid.json`, `study.json`, `data.json`, `runs-DATE.csv`, `analysis.json`, `recommendation.json`, `scores.csv`,
 * `methods.md` and `ro-crate-metadata.json` are next to the runs. If the study has started, options that the grid leaves out have the values of that study.
 *
 * @throws {RunError} if the signal stopped it.
 * @throws {ConfigError} if there are too few members for an ensemble.
 */
export async function runStudy(options: RunStudyOptions): Promise<FinishedStudy> {
  const { dataset, datasetFor, results, source, keepWeights = true, onAnalysis, onWarning, acceptWithoutDigest } =
    options;
  using caller = callersSignal(options.signal);
  const { signal } = caller;
  // Parts of the analysis are saved under the code that is running, which files on the disk may no longer be then.
  await codeDigest();
  const { grid, processes, algorithms } = await beginStudy(options);
  const replaced = await replacedStudyNote(results, dataset);
  if (replaced) onWarning?.(replaced);
  // Jobs on other computers may write into the study's folder.
  await removePartials(results, undefined, undefined, true);
  await writeStudyGrid(results, grid);
  if (source) await writeStudySource(results, { ...source, fingerprint: dataset.fingerprint });
  const jobs = await runGrid({
    ...options,
    keepWeights,
    grid,
    processes,
    algorithms,
    signal,
  });
  const runs = await writeRunTable(results, jobs);
  const analysis = await analyseStudy({
    dataset,
    datasetFor,
    jobs,
    results,
    resume: true,
    onProgress: onAnalysis,
    signal,
  });
  await writeAnalysis(results, analysis);
  const records = jobs.flatMap(({ record }) => record ? [record] : []);
  const { recommendation } = await recommendStudy(
    { folder: results, analysis, runs: records, dataset },
    { acceptWithoutDigest },
  );
  const diverged = await readDivergences(results, analysis.runs, { acceptWithoutDigest });
  await publishStudy({ folder: results, analysis, source, runs: records, diverged });
  if (keepWeights) {
    // A finished run may have lost its weights, or have been trained without keeping them.
    const main = jobs.filter(({ block, record }) => block === MAIN_BLOCK && record).map(({ run }) => run);
    const lost = await runsWithoutSoundWeights(results, main, { acceptWithoutDigest });
    if (lost.length) onWarning?.(await missingWeightsNote(results, lost, main.length));
  }
  await removeParts(results);
  const mixed = mixedMachines(analysis.machines);
  if (mixed) onWarning?.(mixed);
  return { jobs, analysis, recommendation, runs };
}
