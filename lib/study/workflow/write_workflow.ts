import { join, resolve } from "node:path";
import { exists } from "../../io/exists.ts";
import { replaceText } from "../../io/replace_file.ts";
import { dataFinder, gridJobs } from "../../runs/grid/grid_jobs.ts";
import type { RunGridOptions } from "../../runs/grid/grid.ts";
import { continuedGrid, withDataOptions } from "../../runs/grid/study_grid.ts";
import { readDivergence } from "../../runs/grid/train_job.ts";
import { RunError } from "../../runs/run_error.ts";
import { findLibrary, projectFolder } from "../../tensorflow/ffi/library.ts";
import { holdsAnalysis } from "../find_study.ts";
import { readStudyMachine } from "../study_machine.ts";
import { readRuns } from "../analyse/study_store.ts";
import { analysisMemory, runMemory } from "./run_memory.ts";
import { runMinutes } from "./run_minutes.ts";
import { runTable, tableRuns } from "./run_table.ts";
import { workflowFiles } from "./workflow_files.ts";
import { writeFiles, writtenFiles } from "./write_files.ts";
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
}

/** Threads of a run of a new study. More threads per run train less in total. */
const THREADS = 4;

/**
 * Writes a study as jobs for Snakemake: a Snakefile, profiles, the grid, and a table of its runs with their resources. It
 * trains nothing. Files that a user has edited are kept; the others, the grid, the table and the marks of finished runs
 * are written again.
 *
 * @throws {RunError} if the workflow's folder is the study's folder, if it has a workflow of another study or other data,
 * if the grid needs data of another difficulty and there are none, or if a run has braces in its name.
 * @throws {ConfigError} if the study began with another task.
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
 * assert.deepEqual(await writeWorkflow({ ...options, folder: `${folder}/jobs` }), { runs: 4, finished: 0, kept: [] });
 * assert.match(await Deno.readTextFile(`${folder}/jobs/Snakefile`), /^rule run:/m);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function writeWorkflow(options: WorkflowOptions): Promise<WrittenWorkflow> {
  const { dataset, source, keepWeights, force, acceptWithoutDigest } = options;
  const folder = resolve(options.folder), results = resolve(options.results);
  if (folder === results) {
    throw new RunError(`${folder} is the folder of the study's results: give the workflow another folder`);
  }
  const place = { results, data: source.folder ? resolve(source.folder) : "" };
  const before = await writtenFiles(folder, place);
  const grid = withDataOptions(await continuedGrid(results, options.grid, { acceptWithoutDigest }), dataset);
  const jobs = await gridJobs(grid, dataFinder(options));
  refuseBraces(jobs, source.folder || "the data set");
  const begun = await readStudyMachine(results, { acceptWithoutDigest });
  const threads = begun?.threads ?? THREADS;
  const records = await exists(results) ? await readRuns(results, null, { acceptWithoutDigest }) : [];
  const memory = runMemory(dataset), minutes = runMinutes(dataset, records, threads);
  const rows = jobs.map(({ run, block, config }) => ({
    run,
    block,
    config,
    memory: memory(config),
    minutes: minutes(config),
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
    analysisMemory: analysisMemory(dataset),
    memory: Math.floor(Deno.systemMemoryInfo().total / 1e6),
  });
  const done = new Set(records.map(({ run }) => run));
  const ended: string[] = [];
  for (const { run } of rows) {
    if (done.has(run) || await readDivergence(join(results, run), { acceptWithoutDigest })) ended.push(run);
  }
  const table = join(folder, "runs.tsv");
  const isAnalysed = await holdsAnalysis(results) && await hasRuns(table, rows);
  const kept = await writeFiles(folder, text, place, before);
  await replaceText(join(folder, "grid.json"), JSON.stringify(grid, null, 1) + "\n");
  await replaceText(table, runTable(rows));
  await writeMarks(folder, ended, isAnalysed);
  return { runs: rows.length, finished: ended.length, kept };
}

/** Returns whether a table that was written before has the same runs. */
async function hasRuns(path: string, rows: readonly { run: string }[]): Promise<boolean> {
  if (!await exists(path)) return false;
  return tableRuns(await Deno.readTextFile(path)).join("\n") === rows.map(({ run }) => run).join("\n");
}

/** Refuses names that Snakemake cannot have in its file names. */
function refuseBraces(runs: readonly { run: string }[], data: string): void {
  const found = runs.find(({ run }) => /[{}]/.test(run));
  if (!found) return;
  throw new RunError(
    `The run ${found.run} has a brace in its name, which Snakemake takes as a wildcard: rename ${data} without braces`,
  );
}
