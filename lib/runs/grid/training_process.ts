import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { projectFolder } from "../../tensorflow/ffi/library.ts";
import { runtimeInfo } from "../../tensorflow/mod.ts";
import { failureError } from "./process_failure.ts";
import { processLine, type ProcessMessage, type ProcessStart, type ProcessTask } from "./process_messages.ts";
import { RunError } from "../run_store.ts";
import { TextLineStream } from "../../io/text_lines.ts";
import type { JobContext, JobOutcome, JobTask } from "./train_job.ts";

/** Memory that a process is given, in bytes: that of a ResNet-34 on crops of 256 pixels, with its validation images. */
const MEMORY_PER_PROCESS = 3e9;

/**
 * How many processes train side by side, and the threads of each. On a CPU each has one thread, and there are as many as
 * there are cores and memory for: threads that share one training's small convolutions get less done, and with one thread
 * results do not depend on the number of cores. One alone has all threads; so has a GPU's.
 *
 * @param wanted number of processes. Default: by cores and memory.
 */
export function trainingProcesses(wanted?: number): { jobs: number; threads: number } {
  const cores = navigator.hardwareConcurrency;
  const room = Math.floor(Deno.systemMemoryInfo().available / MEMORY_PER_PROCESS);
  const jobs = wanted ?? (runtimeInfo().device === "GPU" ? 1 : Math.max(1, Math.min(cores, room)));
  return { jobs, threads: jobs > 1 ? 1 : cores };
}

/** Another process that trains jobs of a grid. */
export class TrainingProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: ReadableStreamDefaultReader<string>;

  /** @param threads that its training uses */
  constructor(start: ProcessStart, threads: number) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--quiet",
        "--config",
        join(projectFolder(), "deno.json"),
        fileURLToPath(new URL("./grid_process.ts", import.meta.url)),
      ],
      env: {
        TF_NUM_INTRAOP_THREADS: String(threads),
        TF_NUM_INTEROP_THREADS: String(threads),
        OMP_NUM_THREADS: String(threads),
        // What this process found is known: it need not be looked for, nor said, again.
        ...(runtimeInfo().device === "CPU" && { TENSORFLOW_DEVICE: "cpu" }),
      },
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#lines = this.#child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
      .getReader();
    void this.#say(start);
  }

  /** A process that has died does not hear it; that its output ended says so. */
  async #say(message: ProcessStart | ProcessTask): Promise<void> {
    await this.#input.write(new TextEncoder().encode(processLine(message))).catch(() => {});
  }

  /** Has a job trained: see `trainJob`. Where the signal aborts, the process writes its checkpoint and ends. */
  async train(
    task: JobTask,
    { onProgress, onWarning, signal }: Pick<JobContext, "onProgress" | "onWarning" | "signal">,
  ): Promise<JobOutcome> {
    const stop = () => void this.#input.close().catch(() => {});
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
    try {
      if (!signal?.aborted) await this.#say(task);
      while (true) {
        const { value, done } = await this.#lines.read();
        if (done) {
          const { code, signal: by } = await this.#child.status;
          throw new RunError(
            `The process that trained ${task.run} ended (${by ?? `code ${code}`}), perhaps for want of memory: ` +
              "run the same command again, with fewer --jobs if it happens again",
          );
        }
        const message = JSON.parse(value) as ProcessMessage;
        if ("progress" in message) onProgress?.(message.progress, message.note);
        else if ("warning" in message) onWarning?.(message.warning);
        else if ("failure" in message) throw failureError(message.failure);
        else return message.outcome;
      }
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  /** Ends the process at once, without a checkpoint. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close().catch(() => {});
    await this.#lines.cancel().catch(() => {});
    await this.#child.status;
  }
}
