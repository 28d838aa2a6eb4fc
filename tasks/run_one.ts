/** Trains one run of a study, as a job of a cluster: see `commands/run.ts`. */
import { join } from "node:path";
import { endedRun } from "lib/study/ended_run.ts";
import { stopSignal } from "lib/runs/stop_signal.ts";
import { StoppedError } from "lib/runs/stopped_error.ts";
import type { LineFor } from "./commands/command.ts";
import { loadingOptions } from "./commands/data_options.ts";
import { runCommand } from "./commands/run.ts";
import { runTask, task } from "./commands/task.ts";
import { say, warn } from "./say.ts";

/** The code with which a stopped run ends: the same command continues it (`EX_TEMPFAIL` of sysexits.h). */
const TRY_AGAIN = 75;

/** Seconds between two lines of progress in a job's log. */
const LOG_SECONDS = 60;

/** Runs a command line of `deno task run`. */
export async function runOne(line: LineFor<typeof runCommand>): Promise<void> {
  const { data, threads } = line.options, [name] = line.arguments;
  const grid = line.options.grid!, results = line.options.results!;
  const acceptWithoutDigest = line.options["accept-earlier"];
  const ended = await endedRun(join(results, name), { acceptWithoutDigest, onWarning: warn });
  if (ended) return say(`${name} was ${ended} before`);
  // TensorFlow is loaded only for a run that trains.
  const { readGrid, trainingProcesses } = await import("lib/runs");
  const { trainStudyRun } = await import("lib/study");
  const { studyData } = await import("./study_data.ts");
  using stop = stopSignal();
  const { signal } = stop;
  let logged = 0;
  try {
    const read = await readGrid(grid);
    const { state, record, seconds } = await trainStudyRun(name, {
      ...await studyData(data, read, loadingOptions(line)),
      grid: read,
      results,
      acceptWithoutDigest,
      processes: { jobs: 1, threads: threads ?? trainingProcesses(1).threads },
      keepWeights: !line.options["discard-weights"],
      trainingOnly: line.options["training-only"],
      signal,
      onWarning: warn,
      onProgress([{ state, progress, note }]) {
        if (Date.now() - logged < 1000 * LOG_SECONDS) return;
        logged = Date.now();
        warn(
          `${name}: ${
            state === "locked"
              ? "another process trains it: waiting"
              : `${Math.round(100 * progress)} %, ${note ?? state}`
          }`,
        );
      },
    });
    say(`${name}: ${record ? `Dice ${record.scores.model.dice.toFixed(3)}` : state}, ${seconds.toFixed(0)} s`);
  } catch (error) {
    if (!(error instanceof StoppedError)) throw error;
    warn(error.message);
    Deno.exit(TRY_AGAIN);
  }
}

if (import.meta.main) await runTask(task(runCommand, () => Promise.resolve(runOne)));
