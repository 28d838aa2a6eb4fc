/** The part of a notebook kernel's interface that Deno does not have elsewhere. */
export interface Jupyter {
  /** Sends a message of a type to the notebook's front end. */
  broadcast(type: string, content: unknown): Promise<void>;
}

/** Returns the notebook's kernel, if this code runs in one. */
export function jupyter(): Jupyter | undefined {
  try {
    return (Deno as unknown as { jupyter: Jupyter }).jupyter;
  } catch {
    // The property exists everywhere, and throws outside a kernel.
    return undefined;
  }
}
