/** Thrown where a codec's library cannot be loaded, which is no fault of the file. */
export class CodecLoadError extends Error {
  override readonly name = "CodecLoadError";
}

/**
 * Loads a library when it is first needed, and again after a failure.
 *
 * @param name of the codec, for messages
 * @returns a function that gives the library; its `reset` forgets it
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

/** Whether a package can load its WebAssembly from the file next to it; in a browser's bundle there is none. */
export function loadsFromFiles(): boolean {
  const { Deno, process } = globalThis as { Deno?: unknown; process?: { versions?: { node?: string } } };
  return Deno !== undefined || process?.versions?.node !== undefined;
}
