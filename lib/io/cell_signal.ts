/** What this project's kernel offers to the code of a notebook's cells, beyond Deno's (`tasks/jupyter/cells`). */
interface NotebookCell {
  /** Aborts when the running cell is stopped. */
  readonly signal: AbortSignal;
  /** As `signal`; until it is disposed of, the cell is left to end by itself. */
  listen(): Disposable & { signal: AbortSignal };
  /** Has something put right after each Stop: where the kernel interrupts a computation, no `finally` is run. */
  cleanUp(clean: () => void): void;
}

/** The kernel's side of the Stop button, in a notebook. */
export function notebookCell(): NotebookCell | undefined {
  return (globalThis as { __cell?: NotebookCell }).__cell;
}

/**
 * Aborts when the notebook's cell that runs now is stopped. Whatever takes long takes a `signal`, and this by default: a
 * stopped cell's await ends at once, but what it waited for goes on unless it looks at the signal.
 *
 * @returns nothing outside a notebook
 */
export function cellSignal(): AbortSignal | undefined {
  return notebookCell()?.signal;
}

/** How long a computation goes on before it lets others run. */
const PAUSE_AFTER_MILLISECONDS = 100;

/**
 * Makes a long computation stoppable. JavaScript notices nothing while it computes, a Stop neither: the function that is
 * returned is awaited between two parts of the work and lets everything else run a few times a second.
 *
 * @param signal without one there is nothing to notice, and no pause
 * @returns a function that throws the signal's reason once it has aborted
 */
export function stopPoint(signal: AbortSignal | undefined): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (signal && performance.now() - last > PAUSE_AFTER_MILLISECONDS) {
      await new Promise((resolve) => setTimeout(resolve));
      last = performance.now();
    }
    signal?.throwIfAborted();
  };
}
