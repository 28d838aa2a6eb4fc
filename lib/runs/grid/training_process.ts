import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { projectFolder } from "../../tensorflow/ffi/library.ts";
import { runtimeInfo } from "../../tensorflow/mod.ts";
import { threadVariables } from "../../tensorflow/ffi/thread_variables.ts";
import { failureError } from "./process_failure.ts";
import { processLine, type ProcessMessage, type ProcessStart, type ProcessTask } from "./process_messages.ts";
import { RunError } from "../run_store.ts";
import { TextLineStream } from "../../io/text_lines.ts";
import type { JobContext, JobOutcome, JobTask } from "./train_job.ts";

/** Memory reserved for a process, in bytes: that of a ResNet-34 on crops of 256 pixels, with its validation images. */
const MEMORY_PER_PROCESS = 3e9;

/**
 * Chooses the number of processes that train in parallel, and the threads of each. On a CPU each process has one
 * thread, and their number depends on the cores and the memory: threads that share the small convolutions of one
 * training are less efficient, and with one thread results do not depend on the number of cores. A single process, or
 * one on a GPU, has all threads.
 *
 * @param wanted number of processes. Default: from the cores and the memory.
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

  /** @param threads threads of its training */
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
        ...threadVariables(threads),
        // The library that this process found is passed on, so that it is neither searched nor reported again.
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

  /** A process that has died does not receive the message, and its output ends. */
  async #say(message: ProcessStart | ProcessTask): Promise<void> {
    await this.#input.write(new TextEncoder().encode(processLine(message))).catch(() => {});
  }

  /** Trains a job in the process: see `trainJob`. If the signal aborts, the process writes a checkpoint and exits. */
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
            `The process that trained ${task.run} ended (${by ?? `code ${code}`}), perhaps as memory ran out: ` +
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
