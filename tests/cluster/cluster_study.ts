import { join } from "node:path";
import { readRun } from "lib";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { readAnalysis, readRuns } from "lib/study";
import { tableRuns } from "lib/study/workflow/run_table.ts";

/** A study that the test runs in several ways. */
export interface TestStudy {
  /** Options of `deno task study`. */
  options: readonly string[];
}

/** Writes a checkpoint after every step, so that a killed run continues near its end. */
const CHECKPOINTS = ["-p", "checkpointMinutes=0.02"];

/** The studies by name: the profile tiny, and the smallest that has an analysis. */
export async function testStudy(small: boolean, folder: string): Promise<TestStudy> {
  if (!small) return { options: ["--profile", "tiny", ...CHECKPOINTS] };
  const path = join(folder, "small.json");
  const config = { encoder: "mobilenet_v2", cropSize: 64, batchSize: 4, folds: 2, epochs: 1, warmupSteps: 1 };
  const blocks = [{ folds: [0, 1], architectures: ["pspnet"] }];
  await Deno.writeTextFile(path, JSON.stringify({ config: { ...config, selection: "last" }, blocks }));
  return { options: ["--grid", path, ...CHECKPOINTS] };
}

/** Runs `deno task study`, and throws with its output if it fails. */
export async function studyTask(args: readonly string[]): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", join(projectFolder(), "tasks/study.ts"), ...args],
  }).output();
  const text = new TextDecoder();
  if (!success) {
    throw new Error(`deno task study ${args.join(" ")} failed: ${text.decode(stderr) + text.decode(stdout)}`);
  }
}

/** Leaves out times and dates, and what changes no number: the commit and the time between checkpoints. */
export function untimed(key: string, value: unknown): unknown {
  return /seconds$/i.test(key) || ["date", "commit", "checkpointMinutes"].includes(key) ? undefined : value;
}

/** Returns the content of a finished study without times and dates: every run, and the analysis. */
export async function studyContent(folder: string): Promise<string> {
  const runs = (await readRuns(folder)).sort((a, b) => a.run < b.run ? -1 : 1);
  return JSON.stringify([runs, await readAnalysis(folder)], untimed, 1);
}

/** Returns the runs of a workflow, by name. */
export async function workflowRuns(folder: string): Promise<string[]> {
  return tableRuns(await Deno.readTextFile(join(folder, "runs.tsv")));
}

/** Counts the runs whose record is missing or damaged. */
export async function lostRuns(results: string, runs: readonly string[]): Promise<string[]> {
  const records = await Promise.all(runs.map((run) => readRun(join(results, run)).catch(() => undefined)));
  return runs.filter((_, i) => !records[i]);
}

/** Watches how often the record of each run appears, until it is disposed of. */
export class Publications implements Disposable {
  readonly #seen = new Map<string, Set<string>>();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(results: string, runs: readonly string[]) {
    this.#timer = setInterval(() => {
      for (const run of runs) {
        void Deno.stat(join(results, run, "run.json")).then(({ ino, mtime }) => {
          const known = this.#seen.get(run) ?? new Set();
          this.#seen.set(run, known.add(`${ino} ${mtime?.getTime()}`));
        }, () => {});
      }
    }, 250);
  }

  /** Returns the runs whose record appeared more than once. */
  twice(): string[] {
    return [...this.#seen].filter(([, records]) => records.size > 1).map(([run]) => run);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
