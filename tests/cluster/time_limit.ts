import { join } from "node:path";
import { readRun } from "lib";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { studyTask, untimed } from "./cluster_study.ts";
import type { SlurmCluster } from "./slurm_cluster.ts";
import { edit, editWorkflow, startSnakemake } from "./snakemake.ts";

/** How a training ended that is longer than its time limit. */
export interface LimitedTraining {
  /** How often Slurm's signal stopped it. */
  stops: number;
  /** Whether its record equals that of a training without a limit, without times. */
  isEqual: boolean;
}

/** Minutes of a job, and seconds before its end at which Slurm sends SIGTERM. Slurm looks at them twice a minute. */
const LIMIT = 2, SIGNAL = 90;

/** A training of some minutes. No checkpoint is due in the time of a job: only the signal makes one. */
const GRID = {
  config: {
    encoder: "mobilenet_v2",
    cropSize: 64,
    batchSize: 4,
    folds: 2,
    epochs: 600,
    warmupSteps: 1,
    selection: "last",
    checkpointMinutes: 60,
  },
  blocks: [{ folds: [0, 1], architectures: ["pspnet"] }],
};

/**
 * Trains one run in jobs of two minutes, which Slurm ends, and once without a limit.
 *
 * @param folder an empty folder
 */
export async function trainLimited(
  { cluster, snakemake, folder }: { cluster: SlurmCluster; snakemake: string; folder: string },
): Promise<LimitedTraining> {
  const grid = join(folder, "long.json"), results = join(folder, "results"), workflow = join(folder, "jobs");
  await Deno.mkdir(folder);
  await Deno.writeTextFile(grid, JSON.stringify(GRID));
  await studyTask(["--grid", grid, "--results", results, "--workflow", workflow]);
  await editWorkflow(workflow, 30);
  await edit(join(workflow, "config.yaml"), [/^predictions_minutes: .*$/m, "predictions_minutes: 1"]);
  await edit(join(workflow, "profiles/slurm/config.yaml"), [/TERM@\d+/, `TERM@${SIGNAL}`]);
  const table = join(workflow, "runs.tsv"), [head, first] = (await Deno.readTextFile(table)).split("\n");
  const cells = first.split("\t");
  cells[head.split("\t").indexOf("minutes")] = String(LIMIT - 1);
  await Deno.writeTextFile(table, [head, cells.join("\t"), ""].join("\n"));
  const [run] = cells, log = join(folder, "snakemake.log");
  const { success } = await startSnakemake(snakemake, workflow, cluster, log, [`finished/${run}`]).status;
  if (!success) throw new Error(`The training with a time limit failed: see ${log}`);

  const whole = join(folder, "whole");
  const args = ["run", "-A", "--no-check", join(projectFolder(), "tasks/run_one.ts"), run];
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [...args, "--grid", join(workflow, "grid.json"), "--results", whole, "--threads", "1"],
    stdout: "null",
    stderr: "null",
  }).output();
  if (code !== 0) throw new Error(`The training without a limit ended with code ${code}`);
  const records = await Promise.all([results, whole].map((results) => readRun(join(results, run))));
  const [limited, expected] = records.map((record) => JSON.stringify(record, untimed));
  return { stops: await countStops(join(workflow, ".snakemake/slurm_logs")), isEqual: limited === expected };
}

/** Counts the logs of jobs that were stopped. */
async function countStops(folder: string): Promise<number> {
  let stops = 0;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) stops += await countStops(path);
    else if (/Stopped at step \d+, checkpoint in/.test(await Deno.readTextFile(path))) stops++;
  }
  return stops;
}
