/**
 * Evaluated in the kernel before a notebook's first cell: what its cells need to obey the Stop button. The kernel's
 * proxy sends SIGURG when it is pressed, after it has made NOTEBOOK_STOP_FILE, which says that it was seen once it is
 * gone.
 */
import { Session } from "node:inspector";

/** Ends a cell that was stopped. */
class Stopped extends Error {
  override readonly name = "Stopped";
}

const stopFile = Deno.env.get("NOTEBOOK_STOP_FILE")!;
const listeningFile = Deno.env.get("NOTEBOOK_LISTENING_FILE")!;
/** Is there while a cell loads modules: the proxy makes it. */
const importingFile = Deno.env.get("NOTEBOOK_IMPORTING_FILE")!;
const waiting = new Set<(reason: Stopped) => void>();
const cleanings = new Set<() => void>();
let controller = new AbortController();
let listeners = 0;

/** Removes a file. Returns whether it was there. */
function remove(path: string): boolean {
  try {
    Deno.removeSync(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * An interrupt can end a cell so that its promise is never settled. The kernel learns that when the promise is collected,
 * and the cell has ended then.
 */
function collectGarbage(): void {
  const session = new Session();
  session.connect();
  session.post("HeapProfiler.collectGarbage", () => session.disconnect());
}

Deno.addSignalListener("SIGURG", () => {
  // A signal that is seen too late, when the next cell runs, has no file any more.
  if (!remove(stopFile)) return;
  controller.abort(new Stopped("Stopped"));
  // Those who listen end by themselves, and their caller's await with them.
  if (listeners > 0) return;
  if (waiting.size === 0) collectGarbage();
  for (const stop of [...waiting]) stop(new Stopped("Stopped"));
});

/** A cell's side of the Stop button, for the code that the proxy puts into cells, and for `lib`. */
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
  /** `for await (const x of cell.iterate(y))` is `for await (const x of y)` that ends with an error when the cell is stopped. */
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
            // What is iterated over, such as a download, may end too.
            if (controller.signal.aborted) end().catch(() => {});
            throw error;
          }
        },
        return: end,
      }),
    };
  },
  /** The cell's modules are loaded. */
  imported(): void {
    remove(importingFile);
    // Loading modules leaves no time to see the signal.
    if (remove(stopFile)) controller.abort(new Stopped("Stopped"));
    if (controller.signal.aborted) throw new Stopped("Stopped");
  },
  /** A signal that aborts when the cell is stopped. Until it is disposed of, the cell is left to whoever listens. */
  listen(): Disposable & { signal: AbortSignal } {
    if (listeners++ === 0) Deno.writeTextFileSync(listeningFile, "");
    return {
      signal: controller.signal,
      [Symbol.dispose]() {
        if (listeners > 0 && --listeners === 0) remove(listeningFile);
      },
    };
  },
  /** A variable's value before the cell that declares it has given it one: using it says so. */
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
  /** Has something put right after each Stop: where the kernel interrupts a computation, no `finally` is run. */
  cleanUp(clean: () => void): void {
    cleanings.add(clean);
  },
  /** The next cell has not been stopped. */
  reset(): void {
    for (const clean of cleanings) clean();
    controller = new AbortController();
    waiting.clear();
    listeners = 0;
    remove(listeningFile);
  },
};

Object.defineProperty(globalThis, "__cell", { value: cell });
