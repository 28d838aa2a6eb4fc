/**
 * Code that the kernel evaluates before a notebook's first cell, so that cells obey the Stop button. When the button is
 * pressed, the kernel's proxy creates NOTEBOOK_STOP_FILE and then sends SIGURG. The file is removed when the signal has
 * been seen.
 */
import { Session } from "node:inspector";

/** Ends a cell that was stopped. */
class Stopped extends Error {
  override readonly name = "Stopped";
}

const stopFile = Deno.env.get("NOTEBOOK_STOP_FILE")!;
const listeningFile = Deno.env.get("NOTEBOOK_LISTENING_FILE")!;
/** A file that exists while a cell loads modules; the proxy creates it. */
const importingFile = Deno.env.get("NOTEBOOK_IMPORTING_FILE")!;
const waiting = new Set<(reason: Stopped) => void>();
const cleanings = new Set<() => void>();
let controller = new AbortController();
let listeners = 0;

/** Removes a file, and returns whether it existed. */
function remove(path: string): boolean {
  try {
    Deno.removeSync(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * After an interrupt, the promise of a cell may never be settled. The kernel notices when the promise is
 * garbage-collected, and the cell ends then.
 */
function collectGarbage(): void {
  const session = new Session();
  session.connect();
  session.post("HeapProfiler.collectGarbage", () => session.disconnect());
}

Deno.addSignalListener("SIGURG", () => {
  // If a signal is seen too late, while the next cell runs, its file no longer exists.
  if (!remove(stopFile)) return;
  controller.abort(new Stopped("Stopped"));
  // Code that listens ends by itself, and with it the await of its caller.
  if (listeners > 0) return;
  if (waiting.size === 0) collectGarbage();
  for (const stop of [...waiting]) stop(new Stopped("Stopped"));
});

/** The Stop button as seen by a cell: for the code that the proxy inserts into cells, and for `lib`. */
const cell = {
  /** Aborts when the running cell is stopped. */
  get signal(): AbortSignal {
    return controller.signal;
  },
  /** `await cell.wait(x)` is `await x` that ends with an error when the cell is stopped. */
  wait<T>(value: T): T | Promise<Awaited<T>> {
    if (controller.signal.aborted) throw new Stopped("Stopped");
    if (typeof (value as PromiseLike<unknown> | null)?.then !== "function") return value;
    return new Promise((resolve, reject) => {
      const stop = (reason: Stopped) => {
        waiting.delete(stop);
        reject(reason);
      };
      waiting.add(stop);
      Promise.resolve(value).then(resolve, reject).finally(() => waiting.delete(stop));
    });
  },
  /**
   * `for await (const x of cell.iterate(y))` is `for await (const x of y)` that ends with an error when the cell is
   * stopped.
   */
  iterate<T>(source: AsyncIterable<T> | Iterable<T>): AsyncIterable<T> | Iterable<T> {
    const asynchronous = (source as AsyncIterable<T> | undefined)?.[Symbol.asyncIterator]?.();
    const iterator = asynchronous ?? (source as Iterable<T> | undefined)?.[Symbol.iterator]?.();
    if (!iterator) return source;
    const end = async (value?: unknown) => await iterator.return?.(value) ?? { done: true as const, value };
    return {
      [Symbol.asyncIterator]: () => ({
        async next() {
          try {
            const { done, value } = await cell.wait(iterator.next());
            return { done, value: asynchronous || done ? value : await cell.wait(value) };
          } catch (error) {
            // The iterated source, such as a download, may end too.
            if (controller.signal.aborted) end().catch(() => {});
            throw error;
          }
        },
        return: end,
      }),
    };
  },
  /** Reports that the cell's modules are loaded. */
  imported(): void {
    remove(importingFile);
    // While modules load, the signal cannot be seen.
    if (remove(stopFile)) controller.abort(new Stopped("Stopped"));
    if (controller.signal.aborted) throw new Stopped("Stopped");
  },
  /**
   * Returns a signal that aborts when the cell is stopped. Until it is disposed of, its listener is responsible for
   * ending the cell.
   */
  listen(): Disposable & { signal: AbortSignal } {
    if (listeners++ === 0) Deno.writeTextFileSync(listeningFile, "");
    return {
      signal: controller.signal,
      [Symbol.dispose]() {
        if (listeners > 0 && --listeners === 0) remove(listeningFile);
      },
    };
  },
  /** Makes the value of a variable before its cell has assigned one. Using it throws an error that explains this. */
  unset(name: string): unknown {
    const refuse = () => {
      throw new ReferenceError(`${name} has no value: the cell that declares it was stopped or failed, run it again`);
    };
    const handler: ProxyHandler<() => void> = {};
    for (const trap of ["apply", "construct", "get", "set", "has", "ownKeys", "deleteProperty"] as const) {
      handler[trap] = refuse;
    }
    const target = Object.defineProperty(() => {}, "name", { value: `${name} has no value` });
    return new Proxy(target, handler);
  },
  /** Registers a repair to run after each stop, as no `finally` runs when the kernel interrupts a computation. */
  cleanUp(clean: () => void): void {
    cleanings.add(clean);
  },
  /** Shows a warning below the cell. */
  warn(text: string): void {
    console.warn(text);
  },
  /** Prepares for the next cell, which has not been stopped. */
  reset(): void {
    for (const clean of cleanings) clean();
    controller = new AbortController();
    waiting.clear();
    listeners = 0;
    remove(listeningFile);
  },
};

Object.defineProperty(globalThis, "__cell", { value: cell });
