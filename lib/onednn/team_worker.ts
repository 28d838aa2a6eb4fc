/** A thread of `Team`: it makes the calls of the lists that it gets. It imports nothing, so that it starts at once. */
import { parentPort } from "node:worker_threads";

/** What a thread needs for its work. */
export interface Start {
  /** Address of `dnnl_primitive_execute`. */
  execute: bigint;
  /** The thread's stream. */
  stream: bigint;
  /** Number of this thread, from 0. */
  thread: number;
  /** For each thread, at a distance of `distance` numbers: how many meetings it has reached. Last: 1 to stop. */
  reached: Int32Array<SharedArrayBuffer>;
  distance: number;
  /** Numbers per entry of a list. */
  entry: number;
}

/** A list of calls as in `CallList`. */
export interface Work {
  run: number;
  entries: BigUint64Array<SharedArrayBuffer>;
}

/** The answer: oneDNN's status, 0 for success. */
export interface Done {
  run: number;
  status: number;
}

/** How often a thread looks whether the others have arrived before it sleeps: about 50 microseconds. */
const LOOKS = 5000;

/** Longest sleep in milliseconds before it looks again. */
const SLEEP = 1;

/** Status of a list that was stopped, as another thread is lost. oneDNN's own are positive. */
const STOPPED = -1;

let start: Start;
let execute: (primitive: bigint, stream: bigint, count: number, addresses: bigint) => number;

/** Waits until all threads have reached as many meetings as this one; returns whether they have. */
function meet(): boolean {
  const { reached, distance, thread } = start, mine = distance * thread, stop = reached.length - 1;
  const count = Atomics.add(reached, mine, 1) + 1 | 0;
  Atomics.notify(reached, mine);
  for (let other = 0; other < stop; other += distance) {
    for (let looks = 0; (Atomics.load(reached, other) - count | 0) < 0; looks++) {
      if (Atomics.load(reached, stop) !== 0) return false;
      if (looks >= LOOKS) Atomics.wait(reached, other, count - 1 | 0, SLEEP);
    }
  }
  return true;
}

/** Makes all calls. After a failure only meetings are attended, as the other threads wait for this one. */
function run(entries: BigUint64Array): number {
  let status = 0;
  for (let i = 0; i < entries.length; i += start.entry) {
    if (entries[i] === 0n) {
      if (!meet()) return STOPPED;
    } else if (status === 0) status = execute(entries[i], start.stream, Number(entries[i + 1]), entries[i + 2]);
  }
  return status;
}

parentPort!.on("message", (message: Start | Work) => {
  if ("entries" in message) {
    parentPort!.postMessage({ run: message.run, status: run(message.entries) } satisfies Done);
    return;
  }
  start = message;
  const definition = { parameters: ["u64", "u64", "i32", "u64"], result: "i32" } as const;
  const pointer = Deno.UnsafePointer.create<typeof definition>(start.execute)!;
  const callable = new Deno.UnsafeFnPointer(pointer, definition);
  execute = (...given) => callable.call(...given);
});
