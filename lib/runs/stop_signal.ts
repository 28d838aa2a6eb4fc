import { notebookCell } from "../io/cell_signal.ts";
import { StoppedError } from "./stopped_error.ts";

/**
 * Turns a request to stop (Ctrl-C in a terminal, the Stop button in a notebook) into an
 * `AbortSignal`, as long as the returned object is not disposed of. A second Ctrl-C ends at once.
 */
export function stopSignal(): Disposable & { signal: AbortSignal } {
  const cell = notebookCell();
  if (cell) return cell.listen();
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) Deno.exit(130);
    controller.abort(new StoppedError());
  };
  Deno.addSignalListener("SIGINT", interrupt);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => Deno.removeSignalListener("SIGINT", interrupt),
  };
}

/**
 * The signal of whoever calls, or, in a notebook, that of the Stop button: the cell is then left to end by itself until the
 * returned object is disposed of.
 */
export function callersSignal(signal: AbortSignal | undefined): Disposable & { signal: AbortSignal | undefined } {
  return signal === undefined && notebookCell()?.listen() || { signal, [Symbol.dispose]() {} };
}
