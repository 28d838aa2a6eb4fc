import { basename, join } from "node:path";
import type { DigestOptions } from "../../io/file_digest.ts";
import { replaceText } from "../../io/replace_file.ts";
import { spreadsheetCell } from "../../io/spreadsheet_cell.ts";
import { today } from "../../runs/provenance.ts";
import { StudyAnalysis } from "./analysis_record.ts";
import { sixDigits } from "./six_digits.ts";
import type { Job } from "../../runs/grid/job.ts";
import { type DivergedRun, readDivergence } from "../../runs/grid/train_job.ts";
import { readRecord, writeRecord } from "../../runs/record_file.ts";
import { readRun, RunError, type RunRecord } from "../../runs/run_store.ts";

/** The file of the analysis in a study's folder. */
const ANALYSIS = "analysis.json";

/** Reads a study's analysis. @throws {RunError} if it is missing, damaged, or has no digest. */
export async function readAnalysis(folder: string, options: DigestOptions = {}): Promise<StudyAnalysis> {
  const path = join(folder, ANALYSIS);
  const analysis = await readRecord(path, StudyAnalysis, { ...options, advice: "run deno task study again" });
  if (!analysis) throw new RunError(`There is no ${path}: make it with deno task study`);
  return analysis;
}

/** Writes a study's analysis, with numbers of six digits. */
export async function writeAnalysis(folder: string, analysis: StudyAnalysis): Promise<void> {
  await writeRecord(join(folder, ANALYSIS), analysis, {
    replacer: (_, value) => typeof value === "number" ? sixDigits(value) : value,
  });
}

/** Lists the folders of the runs in a study's folder, sorted. @throws {RunError} if there is no such folder. */
async function runFolders(folder: string, only: readonly string[] | null): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.filter(({ isDirectory, name }) => isDirectory && (only === null || only.includes(name)))
      .map(({ name }) => join(folder, name)).sort();
  } catch {
    throw new RunError(`There is no folder ${folder}: make it with deno task study`);
  }
}

/**
 * Reads the finished runs in a study's folder, sorted by name.
 *
 * @param only names of the requested runs, such as the `runs` of an analysis. Default: all, including those of other
 * grids
 */
export async function readRuns(
  folder: string,
  only: readonly string[] | null = null,
  options: DigestOptions = {},
): Promise<RunRecord[]> {
  const records = await Promise.all((await runFolders(folder, only)).map((run) => readRun(run, options)));
  return records.filter((record) => record !== undefined);
}

/** Reads the diverged trainings in a study's folder: see {@linkcode readRuns}. */
export async function readDivergences(
  folder: string,
  only: readonly string[] | null = null,
  options: DigestOptions = {},
): Promise<DivergedRun[]> {
  const all = await Promise.all((await runFolders(folder, only)).map(async (path) => {
    const divergence = await readDivergence(path, options);
    return divergence && { run: basename(path), ...divergence };
  }));
  return all.filter((divergence) => divergence !== undefined);
}

/**
 * Formats a value for a table's file. A text that a spreadsheet would read as a formula gets an apostrophe in front.
 */
function csvCell(value: string | number | undefined): string {
  const text = typeof value === "number"
    ? (Number.isInteger(value) ? String(value) : value.toFixed(6))
    : spreadsheetCell(value ?? "");
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Writes the table of all runs of a study with their options and scores, as `runs-DATE.csv` with the date of the last
 * run. It replaces an older table.
 */
export async function writeRunTable(folder: string, jobs: readonly Job[]): Promise<string> {
  const head = [
    "block",
    "run",
    "state",
    "architecture",
    "encoder",
    "loss",
    "fold",
    "seed",
    "optimizer",
    "learningRate",
    "trainingShare",
    "missedLabels",
    "difficulty",
    "steps",
    "finalLoss",
    "validationDice",
    "validationIou",
    "testDice",
    "otsuDice",
    "allForegroundDice",
    "tunedThreshold",
    "commit",
    "date",
  ];
  const rows = jobs.map(({ block, run, state, config, difficulty, record }) => [
    block,
    run,
    state === "reused" ? "done" : state,
    config.architecture,
    config.encoder,
    config.loss,
    config.fold,
    config.seed,
    config.optimizer,
    config.learningRate,
    config.trainingShare,
    config.labelNoise.missed,
    difficulty,
    record?.stepLosses.length,
    record?.stepLosses.at(-1),
    record?.scores.model.dice,
    record?.scores.model.iou,
    record?.testScores.model?.dice,
    record?.scores.otsu?.dice,
    record?.scores["all-foreground"]?.dice,
    record?.tuned.threshold,
    record?.provenance.commit,
    record?.provenance.date,
  ]);
  const dates = jobs.map(({ record }) => record?.provenance.date ?? "").sort();
  const path = join(folder, `runs-${dates.at(-1) || today()}.csv`);
  await replaceText(path, [head, ...rows].map((row) => row.map(csvCell).join(",")).join("\n") + "\n");
  for await (const { name } of Deno.readDir(folder)) {
    const old = join(folder, name);
    if (/^runs-\d{4}-\d\d-\d\d\.csv$/.test(name) && old !== path) await Deno.remove(old);
  }
  return path;
}
