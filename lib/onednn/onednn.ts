import { notebookCell } from "../io/cell_signal.ts";
import { loadOneDnn } from "./load_onednn.ts";
import { DNNL, type OneDnnSymbols } from "./symbols.ts";

/** Thrown if oneDNN has no kernel for what is asked, or fails. */
export class OneDnnError extends Error {
  override readonly name = "OneDnnError";
}

/** Calls a function that writes a handle, and returns the handle. */
export function made(call: (out: BigUint64Array<ArrayBuffer>) => number): bigint {
  const out = new BigUint64Array(1), status = call(out);
  if (status !== 0) throw new OneDnnError(`oneDNN refused a call with status ${status}`);
  return out[0];
}

/** oneDNN on this process's processor. */
export class OneDnn {
  static #opened: OneDnn | undefined | null = null;
  readonly engine: bigint;
  /** A stream for calls from the thread of JavaScript. */
  readonly stream: bigint;

  /** Threads that oneDNN would use by itself. */
  readonly #concurrency: number;

  private constructor(readonly symbols: OneDnnSymbols, readonly addresses: ReadonlyMap<string, bigint>) {
    this.engine = made((out) => symbols.dnnl_engine_create(out, DNNL.cpu, 0n));
    this.stream = this.newStream();
    const concurrency = new Int32Array(1);
    symbols.dnnl_threadpool_interop_get_max_concurrency(concurrency);
    this.#concurrency = concurrency[0];
  }

  /** Returns oneDNN; `undefined` where TensorFlow runs on a GPU, or has no oneDNN that can be called. */
  static open(): OneDnn | undefined {
    if (this.#opened === null) {
      try {
        const loaded = loadOneDnn();
        this.#opened = loaded && new OneDnn(loaded.symbols, loaded.addresses);
        // A Stop in a notebook runs no `finally`.
        notebookCell()?.cleanUp(() => this.#opened?.useAllThreads());
      } catch {
        // Without the permission to read the process's memory map, or to call a function by its address.
        this.#opened = undefined;
      }
    }
    return this.#opened;
  }

  /** Makes a stream: each thread needs one of its own. */
  newStream(): bigint {
    return made((out) => this.symbols.dnnl_stream_create(out, this.engine, DNNL.inOrder));
  }

  /** Runs `build` so that the primitives made by it use the calling thread alone. */
  onOneThread<T>(build: () => T): T {
    this.symbols.dnnl_threadpool_interop_set_max_concurrency(1);
    try {
      return build();
    } finally {
      this.useAllThreads();
    }
  }

  /** Lets new primitives use as many threads as TensorFlow's do. */
  useAllThreads(): void {
    this.symbols.dnnl_threadpool_interop_set_max_concurrency(this.#concurrency);
  }
}
