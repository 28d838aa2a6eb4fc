import { Worker } from "node:worker_threads";
import { runtimeInfo } from "../tensorflow/ffi/context.ts";
import type { CallList } from "./call_list.ts";
import { type OneDnn, OneDnnError } from "./onednn.ts";
import { NativeMemory } from "./native_memory.ts";
import type { Done, Start, Work } from "./team_worker.ts";

/** Distance between the threads' counters, so that each has a cache line of its own. */
const DISTANCE = 16;

/**
 * Threads that make oneDNN's calls. Unlike oneDNN's own threads they meet only where the lists of calls say so, and do
 * not sleep in between. They end with the process, which they do not keep alive.
 */
export class Team {
  static #team: Team | undefined;
  /** Number of threads: as many as TensorFlow uses for an op. */
  readonly threads: number;
  readonly #workers: Worker[];
  #memory = new NativeMemory(0);
  /** How often the working memory has moved. */
  moves = 0;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(oneDnn: OneDnn) {
    this.threads = runtimeInfo().threads;
    const reached = new Int32Array(new SharedArrayBuffer(4 * DISTANCE * this.threads));
    this.#workers = Array.from({ length: this.threads }, (_, thread) => {
      const worker = new Worker(new URL("./team_worker.ts", import.meta.url));
      const execute = oneDnn.addresses.get("dnnl_primitive_execute")!;
      worker.postMessage(
        { execute, stream: oneDnn.newStream(), thread, reached, distance: DISTANCE } satisfies Start,
      );
      worker.unref();
      return worker;
    });
  }

  /** Returns the team of this process. */
  static get(oneDnn: OneDnn): Team {
    return this.#team ??= new Team(oneDnn);
  }

  /** Working memory of at least this many bytes. All users share it: it holds nothing between two turns. */
  memory(bytes: number): NativeMemory {
    if (bytes > this.#memory.bytes) {
      this.#memory[Symbol.dispose]();
      this.#memory = new NativeMemory(bytes);
      this.moves++;
    }
    return this.#memory;
  }

  /** Waits for the earlier users of the team, then runs `use` while the later ones wait. */
  async turn<T>(use: () => Promise<T>): Promise<T> {
    const before = this.#last, turn = before.then(use);
    this.#last = turn.catch(() => {});
    return await turn;
  }

  /**
   * Makes the calls of one list per thread.
   *
   * @throws {OneDnnError} if a call fails.
   */
  async run(lists: readonly CallList[]): Promise<void> {
    const answers = lists.map((list, thread) => {
      const worker = this.#workers[thread];
      worker.ref();
      return new Promise<number>((resolve, reject) => {
        const end = (settle: () => void) => {
          worker.removeAllListeners();
          worker.unref();
          settle();
        };
        worker.once("message", ({ status }: Done) => end(() => resolve(status)));
        worker.once("error", (error) => end(() => reject(error)));
        worker.postMessage({ entries: list.entries } satisfies Work);
      });
    });
    const failed = (await Promise.all(answers)).find((status) => status !== 0);
    if (failed !== undefined) throw new OneDnnError(`oneDNN failed with status ${failed}`);
  }
}
