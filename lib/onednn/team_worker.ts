/** A thread of `Team`: it makes the calls of the lists that it gets. It imports nothing, so that it starts at once. */
import { parentPort } from "node:worker_threads";
import type { CALLED } from "./call_list.ts";

/** What a thread needs for its work. */
export interface Start {
  /** The thread's stream. */
  stream: bigint;
  /** Number of this thread, from 0. */
  thread: number;
  /** For each thread, at a distance of `distance` numbers: how many meetings it has reached. Last: 1 to stop. */
  reached: Int32Array<SharedArrayBuffer>;
  distance: number;
  /** Numbers per entry of a list. */
  entry: number;
  /** The type of the functions in a list. */
  called: typeof CALLED;
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

/** Most functions that are kept. */
const MOST_FUNCTIONS = 4096;

/** The functions of lists by their addresses, all of the same type. */
const functions = new Map<bigint, Deno.UnsafeFnPointer<typeof CALLED>>();

function functionAt(address: bigint): Deno.UnsafeFnPointer<typeof CALLED> {
  let found = functions.get(address);
  if (!found) {
    found = new Deno.UnsafeFnPointer(Deno.UnsafePointer.create<typeof CALLED>(address)!, start.called);
    if (functions.size >= MOST_FUNCTIONS) functions.clear();
    functions.set(address, found);
  }
  return found;
}

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
    } else if (status === 0) {
      status = functionAt(entries[i]).call(entries[i + 1], start.stream, Number(entries[i + 2]), entries[i + 3]);
    }
  }
  return status;
}

parentPort!.on("message", (message: Start | Work) => {
  if ("entries" in message) {
    parentPort!.postMessage({ run: message.run, status: run(message.entries) } satisfies Done);
    return;
  }
  start = message;
});
