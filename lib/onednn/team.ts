import { notebookCell } from "../io/cell_signal.ts";
import { runtimeInfo } from "../tensorflow/ffi/context.ts";
import type { CallList } from "./call_list.ts";
import { NativeMemory } from "./native_memory.ts";
import { NativeThreads } from "./native_threads.ts";
import { type OneDnn, OneDnnError } from "./onednn.ts";

/**
 * Threads that make oneDNN's calls, and the memory in which they compute. Unlike oneDNN's own threads they meet only where the
 * lists of calls say so.
 */
export class Team {
  static #team: Team | undefined;
  /** Why this process has no team. */
  static #missing: OneDnnError | undefined;
  /** Number of threads: as many as TensorFlow uses for an op. */
  readonly threads: number;
  readonly #native: NativeThreads;
  #memory = new NativeMemory(0);
  #last: Promise<unknown> = Promise.resolve();
  /** Ends the turn that is under way with an error. */
  #interrupt?: () => void;
  /** Number of users that have the team or wait for it. */
  #users = 0;
  /** Whether the turn that is under way waits for the threads, and goes on when they have answered. */
  #isWaiting = false;

  private constructor(oneDnn: OneDnn) {
    this.threads = runtimeInfo().threads;
    this.#native = new NativeThreads(Array.from({ length: this.threads }, () => oneDnn.newStream()));
  }

  /**
   * Returns the team of this process.
   *
   * @throws {OneDnnError} if this process gets no threads, or may not run code of its own.
   */
  static get(oneDnn: OneDnn): Team {
    if (this.#missing) throw this.#missing;
    notebookCell()?.cleanUp(Team.#afterStop);
    try {
      return this.#team ??= new Team(oneDnn);
    } catch (error) {
      if (error instanceof OneDnnError) this.#missing = error;
      throw error;
    }
  }

  static readonly #afterStop = () => {
    if (Team.#team) void Team.#team.#endInterruptedTurn();
  };

  /**
   * Ends the current turn if it would never end: a notebook's Stop can interrupt a computation, whose promise is then never
   * settled. Threads that compute meanwhile end their calls first.
   */
  async #endInterruptedTurn(): Promise<void> {
    if (this.#isWaiting) return;
    const interrupt = this.#interrupt;
    await this.#native.rest();
    interrupt?.();
  }

  /** Working memory of at least this many bytes. All users share it: it holds nothing between two turns. */
  memory(bytes: number): NativeMemory {
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
   * Makes the calls of one list per thread, within a turn.
   *
   * @throws {OneDnnError} if a call fails.
   */
  async run(lists: readonly CallList[]): Promise<void> {
    const running = this.#native.run(lists);
    this.#isWaiting = true;
    const statuses = await running.finally(() => this.#isWaiting = false);
    const failed = statuses.find((status) => status !== 0);
    if (failed !== undefined) throw new OneDnnError(`oneDNN failed with status ${failed}`);
  }
}
