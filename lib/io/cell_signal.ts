/** The object that this project's kernel provides to notebook cells (`tasks/jupyter/cells`). */
interface NotebookCell {
  /** Aborts when the running cell is stopped. */
  readonly signal: AbortSignal;
  /** Returns `signal`. Until the result is disposed of, the kernel waits for a stopped cell to end by itself. */
  listen(): Disposable & { signal: AbortSignal };
  /** Registers a function that runs after each Stop: an interrupted computation does not run its `finally` blocks. */
  cleanUp(clean: () => void): void;
  /** Shows a warning below the cell. */
  warn(text: string): void;
}

/** Returns the kernel's interface to the running cell, or nothing outside a notebook. */
export function notebookCell(): NotebookCell | undefined {
  return (globalThis as { __cell?: NotebookCell }).__cell;
}

/**
 * Returns a signal that aborts when the running notebook cell is stopped. Every long operation takes a `signal`, by
 * default this one: the `await` of a stopped cell ends at once, but the operation continues unless it checks the
 * signal.
 *
 * @returns nothing outside a notebook
 */
export function cellSignal(): AbortSignal | undefined {
  return notebookCell()?.signal;
}

/** How long a computation runs before it yields to the event loop. */
const PAUSE_AFTER_MILLISECONDS = 100;

/**
 * Makes a long computation stoppable. JavaScript handles no event while it computes, so a Stop has no effect. Await the
 * returned function between two parts of the work: it yields to the event loop a few times a second.
 *
 * @param signal without a signal, the function never yields
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
