import { functionAddresses } from "../machine_code/mod.ts";
import { runtimeInfo } from "../tensorflow/ffi/context.ts";
import { callable } from "./callable.ts";
import { executableCode } from "./executable_code.ts";
import { NativeMemory } from "./native_memory.ts";
import { OneDnnError } from "./onednn.ts";
import {
  BLOCK,
  BLOCK_BYTES,
  HEADER,
  runCode,
  THREAD_FUNCTIONS,
  threadCode,
  type ThreadFunctions,
} from "./thread_code.ts";

/** Where the calls of a thread are in memory: the first one, and the end of the last one. */
export interface CallRange {
  first: bigint;
  end: bigint;
}

/** How long a call that was asked for may take to begin, in milliseconds. */
const LATEST_START = 1000;

/** How often the end of a run is looked for whose promise is lost, in milliseconds. */
const LOOK_EVERY = 5;

/**
 * Threads of the system that run no JavaScript: they make the calls of lists, and meet where these say so. They end with the
 * process, which they do not keep alive.
 */
export class NativeThreads {
  readonly #memory: NativeMemory;
  readonly #numbers: BigUint64Array;
  readonly #statuses: Int32Array;
  readonly #run: (header: bigint) => Promise<number>;
  /** Number of runs that were asked for. */
  #asked = 0n;

  /**
   * @param streams oneDNN's stream of each thread. The first one computes in a thread of Deno's
   * @throws {OneDnnError} if the system has no such functions, or no thread left, or lets this process run no code of its own.
   */
  constructor(streams: readonly bigint[]) {
    const found = functionAddresses(runtimeInfo().library, THREAD_FUNCTIONS);
    if (!found) throw new OneDnnError("The system has no functions for threads");
    const functions: ThreadFunctions = found, { length: threads } = streams;
    // They stay as long as the process.
    this.#memory = new NativeMemory(BLOCK_BYTES * (threads + 1));
    const { address, bytes } = this.#memory, all = this.#memory.view(0, bytes);
    this.#numbers = new BigUint64Array(all);
    this.#statuses = new Int32Array(all);
    this.#numbers.fill(0n);
    this.#set(HEADER.threads, BigInt(threads));
    this.#set(HEADER.end, address + BigInt(bytes));
    const newSemaphore = callable(functions.sem_init, { parameters: ["u64", "i32", "u32"], result: "i32" });
    const newThread = callable(functions.pthread_create, {
      parameters: ["buffer", "u64", "u64", "u64"],
      result: "i32",
    });
    newSemaphore.call(address + BigInt(HEADER.done), 0, 0);
    const code = executableCode(() => threadCode(functions));
    for (const [thread, stream] of streams.entries()) {
      const block = this.#block(thread);
      this.#set(block + BLOCK.stream, stream);
      this.#set(block + BLOCK.header, address);
      newSemaphore.call(address + BigInt(block + BLOCK.go), 0, 0);
      if (thread === 0) continue;
      const status = newThread.call(new BigUint64Array(1), 0n, code.address, address + BigInt(block));
      if (status !== 0) throw new OneDnnError(`The system has no thread left: error ${status}`);
    }
    const run = executableCode(() => runCode(functions));
    const running = callable(run.address, { parameters: ["u64"], result: "i32", nonblocking: true });
    this.#run = (header) => running.call(header);
  }

  /** Returns where a thread's block is, in bytes. */
  #block(thread: number): number {
    return BLOCK_BYTES * (thread + 1);
  }

  #set(at: number, value: bigint): void {
    this.#numbers[at / 8] = value;
  }

  #get(at: number): bigint {
    return this.#numbers[at / 8];
  }

  /**
   * Makes the calls of one list per thread, after those of the last run.
   *
   * @returns the status of each thread's calls: 0, or that of the first one that failed
   */
  async run(lists: readonly CallRange[]): Promise<number[]> {
    for (const [thread, { first, end }] of lists.entries()) {
      this.#set(this.#block(thread) + BLOCK.first, first);
      this.#set(this.#block(thread) + BLOCK.end, end);
    }
    this.#asked++;
    await this.#run(this.#memory.address);
    return lists.map((_, thread) => this.#statuses[(this.#block(thread) + BLOCK.status) / 4]);
  }

  /** Waits for a run whose promise was lost, as a notebook's Stop can interrupt the code that asks for it. */
  async rest(): Promise<void> {
    const wait = () => new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    const latest = performance.now() + LATEST_START;
    while (this.#get(HEADER.started) < this.#asked && performance.now() < latest) await wait();
    while (this.#get(HEADER.finished) < this.#get(HEADER.started)) await wait();
    this.#asked = this.#get(HEADER.finished);
  }
}
