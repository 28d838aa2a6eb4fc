/** Thrown if a codec's library cannot be loaded, which is not the file's fault. */
export class CodecLoadError extends Error {
  override readonly name = "CodecLoadError";
}

/**
 * Loads a library on first use, and again after a failure.
 *
 * @param name the codec's name, for messages
 * @returns a function that returns the library; its `reset` discards the library
 */
export function lazily<T>(name: string, load: () => Promise<T>): { (): Promise<T>; reset(): void } {
  let library: Promise<T> | undefined;
  const get = () =>
    library ??= load().catch((error) => {
      library = undefined;
      throw new CodecLoadError(`its compression is ${name}, whose decoder could not be loaded (${error.message})`);
    });
  return Object.assign(get, { reset: () => void (library = undefined) });
}

/** Returns whether a package can load its WebAssembly from a file next to it; a browser's bundle has none. */
export function loadsFromFiles(): boolean {
  const { Deno, process } = globalThis as { Deno?: unknown; process?: { versions?: { node?: string } } };
  return Deno !== undefined || process?.versions?.node !== undefined;
}
