import type { Job } from "../../runs/grid/job.ts";
import type { RunMemory } from "./run_memory.ts";

/** A run of a workflow, with the resources that its job asks for. */
export interface RunRow extends Pick<Job, "run" | "block" | "config"> {
  memory: RunMemory;
  /** Time limit. */
  minutes: number;
}

/** Formats the table of runs that the Snakefile reads: a line for each, with tabs between its columns and nowhere else. */
export function runTable(rows: readonly RunRow[]): string {
  const head = ["run", "block", "architecture", "loss", "fold", "seed", "mem_mb", "gpu_mb", "minutes"];
  const lines = rows.map(({ run, block, config: { architecture, loss, fold, seed }, memory, minutes }) =>
    [run, block.replaceAll(/\s/g, " "), architecture, loss, fold, seed, memory.host, memory.gpu, minutes].join("\t")
  );
  return [head.join("\t"), ...lines].join("\n") + "\n";
}

/** Returns the names of the runs in a table. */
export function tableRuns(table: string): string[] {
  const [, ...lines] = table.trimEnd().split("\n");
  return lines.map((line) => line.split("\t")[0]);
}
