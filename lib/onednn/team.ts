import { Worker } from "node:worker_threads";
import { notebookCell } from "../io/cell_signal.ts";
import { runtimeInfo } from "../tensorflow/ffi/context.ts";
import { CALLED, type CallList, ENTRY } from "./call_list.ts";
import { NativeMemory } from "./native_memory.ts";
import { type OneDnn, OneDnnError } from "./onednn.ts";
import type { Done, Start, Work } from "./team_worker.ts";

/** Distance between the threads' counters, so that each has a cache line of its own. */
const DISTANCE = 16;

/** Status of a run whose threads are lost. oneDNN's own are positive. */
const LOST = -1;

/** How long the threads of a notebook's kernel have for their first answer, which takes less than a second. */
const FIRST_ANSWER_SECONDS = 30;

/**
 * Threads that make oneDNN's calls. Unlike oneDNN's own threads they meet only where the lists of calls say so, and do
 * not sleep in between. They end with the process, which they do not keep alive.
 */
export class Team {
  static #team: Team | undefined;
  /** Number of threads: as many as TensorFlow uses for an op. */
  readonly threads: number;
  readonly #workers: Worker[];
  /** The counters of meetings, and whether the threads must stop. */
  readonly #reached: Int32Array<SharedArrayBuffer>;
  #memory = new NativeMemory(0);
  #last: Promise<unknown> = Promise.resolve();
  /** Ends the turn that is under way with an error. */
  #interrupt?: () => void;
  /** Number of users that have the team or wait for it. */
  #users = 0;
  #run = 0;
  /** Takes the answers of the run that is under way: the number of the thread and its status. */
  #answer?: (thread: number, status: number) => void;
  /** Whether the threads are being given their calls. */
  #isAsking = false;
  /** Whether the threads have answered once. */
  #hasAnswered = false;
  /** Whether the threads of this process gave no first answer. */
  static #isDeaf = false;

  private constructor(oneDnn: OneDnn) {
    this.threads = runtimeInfo().threads;
    this.#reached = new Int32Array(new SharedArrayBuffer(4 * (DISTANCE * this.threads + 1)));
    this.#workers = Array.from({ length: this.threads }, (_, thread) => {
      const worker = new Worker(new URL("./team_worker.ts", import.meta.url));
      worker.on("message", ({ run, status }: Done) => {
        if (run === this.#run) this.#answer?.(thread, status);
      });
      worker.on("error", () => this.#end());
      worker.on("exit", () => {
        // Without its answer the others would wait for ever.
        this.#end();
        this.#answer?.(thread, LOST);
      });
      const start = { stream: oneDnn.newStream(), thread, reached: this.#reached, distance: DISTANCE };
      worker.postMessage({ ...start, entry: ENTRY, called: CALLED } satisfies Start);
      worker.unref();
      return worker;
    });
  }

  /** Returns the team of this process. Another one takes its place if a thread is lost. */
  static get(oneDnn: OneDnn): Team {
    if (this.#isDeaf) throw new OneDnnError("The threads that call oneDNN do not answer in this notebook");
    notebookCell()?.cleanUp(Team.#afterStop);
    return this.#team ??= new Team(oneDnn);
  }

  static readonly #afterStop = () => {
    if (Team.#team) Team.#team.#endInterruptedTurn();
  };

  /**
   * Ends the current turn if it would never end: a notebook's Stop can interrupt a computation, whose promise is then never
   * settled. While other code runs, a turn that goes on is waiting for its threads.
   */
  #endInterruptedTurn(): void {
    // Threads that got their calls would wait for those that did not.
    if (this.#isAsking) this.#end();
    if (this.#isAsking || !this.#answer) this.#interrupt?.();
  }

  /** Ends the threads; those that wait for others stop waiting. A run that is under way fails when all have answered. */
  #end(): void {
    if (Team.#team !== this) return;
    Team.#team = undefined;
    Atomics.store(this.#reached, this.#reached.length - 1, 1);
    if (!this.#answer) this.#terminate();
  }

  /** Terminates the threads, none of which computes: `terminate` does not wait for oneDNN's calls. */
  #terminate(): void {
    for (const worker of this.#workers) void worker.terminate();
    this.releaseMemory();
  }

  #requireThreads(): void {
    if (Team.#team !== this) throw new OneDnnError("A thread that called oneDNN is lost");
  }

  /** Working memory of at least this many bytes. All users share it: it holds nothing between two turns. */
  memory(bytes: number): NativeMemory {
    this.#requireThreads();
    if (bytes > this.#memory.bytes) {
      this.releaseMemory();
      this.#memory = new NativeMemory(bytes);
    }
    return this.#memory;
  }

  /** Gives the working memory back to the system. Call it within a turn, or where there is none. */
  releaseMemory(): void {
    this.#memory[Symbol.dispose]();
    this.#memory = new NativeMemory(0);
  }

  /** Waits for the earlier users of the team, then runs `use` while the later ones wait. */
  async turn<T>(use: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => {
      const interrupted = new Promise<never>((_, reject) => {
        this.#interrupt = () => reject(new Error("A Stop interrupted the computation of a prediction"));
      });
      return Promise.race([use(), interrupted]).finally(() => this.#interrupt = undefined);
    });
    this.#last = turn.catch(() => {});
    this.#users++;
    try {
      return await turn;
    } finally {
      this.#users--;
    }
  }

  /** Frees something that threads may be reading: at once, or after the turns of those that wait already. */
  free(free: () => void): void {
    if (this.#users === 0) free();
    else void this.turn(() => Promise.resolve(free()));
  }

  /**
   * Makes the calls of one list per thread.
   *
   * @throws {OneDnnError} if a call fails, or a thread is lost.
   */
  async run(lists: readonly CallList[]): Promise<void> {
    this.#requireThreads();
    if (!this.#hasAnswered && notebookCell()) await this.#greet();
    await this.#ask(lists.map(({ entries }) => entries));
  }

  /** Asks the threads for an answer. In a kernel that does not pass it on, waiting for the first image would never end. */
  async #greet(): Promise<void> {
    const giveUp = () => {
      Team.#isDeaf = true;
      this.#end();
      for (let thread = 0; thread < this.threads; thread++) this.#answer?.(thread, LOST);
    };
    // Answers that came while a cell computed without a pause are read before the second timer.
    let timer = setTimeout(() => timer = setTimeout(giveUp, 1000), 1000 * FIRST_ANSWER_SECONDS);
    try {
      await this.#ask(Array.from({ length: this.threads }, () => new BigUint64Array(new SharedArrayBuffer(0))));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Gives each thread its calls, and waits for all answers. */
  async #ask(entries: readonly Work["entries"][]): Promise<void> {
    const run = ++this.#run;
    const statuses = await new Promise<readonly number[]>((resolve) => {
      const answers = new Map<number, number>();
      this.#answer = (thread, status) => {
        answers.set(thread, status);
        if (answers.size === this.threads) resolve([...answers.values()]);
      };
      this.#isAsking = true;
      this.#workers.forEach((worker, thread) => {
        worker.ref();
        worker.postMessage({ run, entries: entries[thread] } satisfies Work);
      });
      this.#isAsking = false;
    });
    this.#answer = undefined;
    for (const worker of this.#workers) worker.unref();
    if (Team.#team !== this) this.#terminate();
    const failed = statuses.find((status) => status !== 0);
    if (failed !== undefined) throw new OneDnnError(`oneDNN failed with status ${failed}`);
    this.#hasAnswered = true;
  }
}
