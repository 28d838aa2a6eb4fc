/**
 * A process that trains jobs of a grid in order, for `TrainingProcess`. It reads and writes JSON lines. When its input
 * ends because the study was stopped or killed, it writes a checkpoint and exits.
 */
import type { Dataset } from "../../datasets/dataset.ts";
import { demoDataset, openDataset } from "../../datasets/demo_dataset.ts";
import { exitWithoutTeardown } from "../../tensorflow/ffi/exit_without_teardown.ts";
import { TrainerPool } from "../../train/trainer.ts";
import { describeFailure } from "./process_failure.ts";
import { RunError } from "../run_store.ts";
import { TextLineStream } from "../../io/text_lines.ts";
import { trainJob } from "./train_job.ts";
import type { ProcessMessage, ProcessStart, ProcessTask } from "./process_messages.ts";

exitWithoutTeardown();
const say = (message: ProcessMessage) => {
  const bytes = new TextEncoder().encode(JSON.stringify(message) + "\n");
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
  } catch {
    // The reader has gone: the input has ended too, so training stops by itself.
  }
};
const controller = new AbortController();
// Ctrl-C and a scheduler's SIGTERM reach every process, but the study decides, and ends this process's input.
for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => {});
const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream()).getReader();
const next = async <T>() => {
  const { value, done } = await lines.read();
  return done ? undefined : JSON.parse(value) as T;
};

const start = await next<ProcessStart>();
if (!start) Deno.exit(0);
const { results, source: { folder, kinds, generated, ...loading }, fingerprint, algorithms, acceptWithoutDigest } =
  start;
const datasets = new Map<number | undefined, Promise<Dataset>>();
const loadData = (difficulty?: number) => {
  let dataset = datasets.get(difficulty);
  if (!dataset) {
    dataset = folder && difficulty === undefined
      ? openDataset(folder, loading)
      : demoDataset({ ...generated, kinds, difficulty: difficulty ?? generated?.difficulty });
    datasets.set(difficulty, dataset);
  }
  return dataset;
};

using pool = new TrainerPool();
// The next line is read while a job trains, so that the end of the input is noticed at once.
let coming = next<ProcessTask>();
for (let task = await coming; task; task = await coming) {
  coming = next<ProcessTask>();
  void coming.then((message) => message ?? controller.abort());
  try {
    const dataset = await loadData(task.difficulty);
    if (task.difficulty === undefined && dataset.fingerprint !== fingerprint) {
      throw new RunError(
        `${folder || "The generated data set"} has changed while the study ran: run the same command again`,
      );
    }
    let lastReport = 0;
    const outcome = await trainJob(task, {
      dataset,
      results,
      acceptWithoutDigest,
      algorithms,
      pool,
      signal: controller.signal,
      onWarning: (warning) => say({ warning }),
      onProgress: (progress, note) => {
        if (Date.now() - lastReport < 200) return;
        lastReport = Date.now();
        say({ progress, note });
      },
    });
    say({ outcome });
  } catch (error) {
    say({ failure: describeFailure(error) });
  }
  if (controller.signal.aborted) break;
}
Deno.exit(0);
