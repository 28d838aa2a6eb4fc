import { join, resolve } from "node:path";
import { exists } from "../../io/exists.ts";
import { replaceText } from "../../io/replace_file.ts";
import { checkJobs } from "../../runs/grid/check_jobs.ts";
import { dataFinder, gridJobs } from "../../runs/grid/grid_jobs.ts";
import type { RunGridOptions } from "../../runs/grid/grid.ts";
import { continuedGrid, withDataOptions } from "../../runs/grid/study_grid.ts";
import { RunError } from "../../runs/run_error.ts";
import { findLibrary, projectFolder } from "../../tensorflow/ffi/library.ts";
import { checkStudyGrid } from "../begin_study.ts";
import { holdsAnalysis } from "../find_study.ts";
import { readStudyMachine } from "../study_machine.ts";
import { readJobs } from "../read_jobs.ts";
import { analysisMemory, runMemory } from "./run_memory.ts";
import { analysisMinutes, analysisWork, longParts } from "./analysis_work.ts";
import { runMinutes } from "./run_minutes.ts";
import { runTable, tableRuns } from "./run_table.ts";
import { otherOptions, workflowFiles } from "./workflow_files.ts";
import { readIfExists, writeFiles, writtenFiles } from "./write_files.ts";
import { writeMarks } from "./write_marks.ts";

/** Options of {@linkcode writeWorkflow}. */
export interface WorkflowOptions extends Omit<RunGridOptions, "source"> {
  /** Folder of the workflow. */
  folder: string;
  source: NonNullable<RunGridOptions["source"]>;
  keepWeights: boolean;
  /** Whether the analysis accepts data that the check before a training refuses. Default `false`. */
  force?: boolean;
}

/** The result of {@linkcode writeWorkflow}. */
export interface WrittenWorkflow {
  /** Number of runs. */
  runs: number;
  /** Number of runs that are finished already. */
  finished: number;
  /** Files that were edited after an earlier call, and that this one kept as they are. */
  kept: string[];
  /** Lines that an edited `config.yaml` would need for the options of this call. */
  otherOptions: string[];
}

/** Threads of a run of a new study. More threads per run train less in total. */
const THREADS = 4;

/**
 * Writes a study as jobs for Snakemake: a Snakefile, profiles, the grid, and a table of its runs with their resources. It
 * trains nothing. Files that a user has edited are kept; the others, the grid, the table and the marks of finished runs
 * are written again.
 *
 * @throws {RunError} if the workflow's folder is a study's folder, if it has a workflow of another study or other data, or other
 * files, if the grid needs data of another difficulty and there are none, or if Snakemake cannot take a name.
 * @throws {ConfigError} if the study began with another task, or no study can compare the grid's runs.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { StudyGrid } from "lib/runs";
 * import { demoStudy, writeWorkflow } from "lib/study";
 *
 * const folder = await Deno.makeTempDir();
 * const config = { encoder: "mobilenet_v2", cropSize: 64, folds: 2 };
 * const grid = StudyGrid.parse({ config, blocks: [{ folds: [0, 1], architectures: ["pspnet"], losses: ["bce", "focal"] }] });
 * const options = { ...await demoStudy(), grid, results: `${folder}/results`, keepWeights: true };
 * assert.deepEqual(await writeWorkflow({ ...options, folder: `${folder}/jobs` }), {
 *   runs: 4,
 *   finished: 0,
 *   kept: [],
 *   otherOptions: [],
 * });
 * assert.match(await Deno.readTextFile(`${folder}/jobs/Snakefile`), /^rule training:/m);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function writeWorkflow(options: WorkflowOptions): Promise<WrittenWorkflow> {
  const { dataset, source, keepWeights, force, acceptWithoutDigest } = options;
  const folder = resolve(options.folder), results = resolve(options.results);
  await refuseStudy(folder, results);
  refuseUnusualFolder(folder);
  const place = { results, data: source.folder ? resolve(source.folder) : "" };
  const before = await writtenFiles(folder, place);
  const grid = withDataOptions(await continuedGrid(results, options.grid, { acceptWithoutDigest }), dataset);
  checkStudyGrid(grid);
  const findData = dataFinder(options), jobs = await gridJobs(grid, findData);
  refuseUnusualNames(jobs, source.folder || "the data set");
  const begun = await readStudyMachine(results, { acceptWithoutDigest });
  const threads = begun?.threads ?? THREADS;
  const waiting = await readJobs(jobs, results, { acceptWithoutDigest });
  const records = jobs.flatMap(({ record }) => record ? [record] : []);
  const memory = runMemory(dataset), minutes = runMinutes(dataset, records, threads);
  const work = analysisWork(grid, dataset);
  const rows = jobs.map(({ run, block, config }) => ({
    run,
    block,
    config,
    memory: memory(config),
    minutes: minutes.training(config),
  }));
  const text = await workflowFiles({
    deno: Deno.execPath(),
    project: resolve(projectFolder()),
    grid: join(folder, "grid.json"),
    results,
    source: {
      ...source,
      folder: place.data,
      ...(source.groups && { groups: resolve(source.groups) }),
    },
    keepWeights,
    force,
    acceptWithoutDigest,
    threads,
    gpus: findLibrary().gpu ? 1 : 0,
    predictionsMinutes: minutes.predictions,
    analysis: { memory: analysisMemory(dataset), minutes: analysisMinutes(work), parts: longParts(grid, work) },
    memory: Math.floor(Deno.systemMemoryInfo().total / 1e6),
  });
  const open = new Set(waiting), ended = jobs.filter((job) => !open.has(job)).map(({ run }) => run);
  await checkJobs(waiting, findData);
  const gridPath = join(folder, "grid.json"), gridText = JSON.stringify(grid, null, 1) + "\n";
  const table = join(folder, "runs.tsv");
  // An analysis of another grid has other members or other blocks, even of the same runs.
  const isAnalysed = await holdsAnalysis(results) && await readIfExists(gridPath) === gridText &&
    tableRuns(await readIfExists(table) ?? "").join("\n") === rows.map(({ run }) => run).join("\n");
  const kept = await writeFiles(folder, text, place, before);
  await replaceText(gridPath, gridText);
  await replaceText(table, runTable(rows));
  await writeMarks(folder, ended, isAnalysed);
  const config = await Deno.readTextFile(join(folder, "config.yaml"));
  return { runs: rows.length, finished: ended.length, kept, otherOptions: otherOptions(config, text["config.yaml"]) };
}

/** Refuses the folder of a study, this one or another, by any path that leads there. */
async function refuseStudy(folder: string, results: string): Promise<void> {
  const [here, there] = await Promise.all(
    [folder, results].map(async (path) => await exists(path) ? await Deno.realPath(path) : path),
  );
  const marks = ["study.json", "analysis.json", "data.json"];
  const isStudy = here === there || (await Promise.all(marks.map((name) => exists(join(folder, name))))).some(Boolean);
  if (isStudy) throw new RunError(`${folder} is the folder of a study's results: give the workflow another folder`);
}

/** Characters that Slurm's plugin or the shell of its jobs reads as something else, wherever they are in a path. */
const UNUSUAL = /[$`\\%]/;

/** Refuses a workflow's folder whose path does not reach the jobs of a cluster as it is. */
function refuseUnusualFolder(folder: string): void {
  const [found] = folder.match(UNUSUAL) ?? [];
  if (found) {
    throw new RunError(
      `${folder} has a ${found} in its path, which a job on a cluster reads otherwise: give another folder`,
    );
  }
}

/** Refuses names that Snakemake, its plugin for Slurm or the command of a job would read otherwise. */
function refuseUnusualNames(runs: readonly { run: string }[], data: string): void {
  for (const { run } of runs) {
    const [found] = run.match(UNUSUAL) ?? run.match(/[{},]|^-/) ?? [];
    if (found === undefined) continue;
    throw new RunError(
      `The run ${run} has a ${found} in its name, which a job of Snakemake reads otherwise: rename ${data} without it`,
    );
  }
}
