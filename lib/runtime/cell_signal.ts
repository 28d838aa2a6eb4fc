/** What this project's kernel offers to the code of a notebook's cells, beyond Deno's (`tasks/jupyter/cells`). */
interface NotebookCell {
  /** Aborts when the running cell is stopped. */
  readonly signal: AbortSignal;
  /** As `signal`; until it is disposed of, the cell is left to end by itself. */
  listen(): Disposable & { signal: AbortSignal };
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
