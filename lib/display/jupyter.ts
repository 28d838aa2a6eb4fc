/** What a notebook's kernel offers beyond Deno. */
export interface Jupyter {
  /** Sends a message of that type to whoever shows the notebook. */
  broadcast(type: string, content: unknown): Promise<void>;
}

/** The notebook's kernel, if this code runs in one. */
export function jupyter(): Jupyter | undefined {
  try {
    return (Deno as unknown as { jupyter: Jupyter }).jupyter;
  } catch {
    // Deno has the property everywhere, and throws outside a kernel.
    return undefined;
  }
}
