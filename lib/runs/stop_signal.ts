import { notebookCell } from "../io/cell_signal.ts";
import { StoppedError } from "./stopped_error.ts";

/**
 * Turns a request to stop (Ctrl-C in a terminal, SIGTERM from a cluster's scheduler, the Stop button in a notebook) into
 * an `AbortSignal`, until the returned object is disposed of. A second Ctrl-C ends the process at once.
 */
export function stopSignal(): Disposable & { signal: AbortSignal } {
  const cell = notebookCell();
  if (cell) return cell.listen();
  const controller = new AbortController();
  const interrupt = () => {
    // The system handles the next one: it ends the process.
    remove();
    controller.abort(new StoppedError());
  };
  const remove = () => Deno.removeSignalListener("SIGINT", interrupt);
  // A scheduler sends the signal to every process of a job, and `deno task` passes its own on: it comes twice.
  const terminate = () => controller.abort(new StoppedError());
  Deno.addSignalListener("SIGINT", interrupt);
  Deno.addSignalListener("SIGTERM", terminate);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      remove();
      Deno.removeSignalListener("SIGTERM", terminate);
    },
  };
}

/**
 * Returns the caller's signal or, in a notebook, that of the Stop button. Until the returned object is disposed of, the
 * cell is then expected to end by itself.
 */
export function callersSignal(signal: AbortSignal | undefined): Disposable & { signal: AbortSignal | undefined } {
  return signal === undefined && notebookCell()?.listen() || { signal, [Symbol.dispose]() {} };
}
