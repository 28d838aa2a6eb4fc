/** Ends the command with one sentence, or with a stack where the error is no user's fault. */
export function fail(error: unknown): never {
  const expected = new Set([
    "ArchiveError",
    "ConfigError",
    "DatasetError",
    "DownloadError",
    "ImageError",
    "LeakError",
    "LibraryError",
    "NonFiniteLossError",
    "NotebookError",
    "PyTorchFileError",
    "RangeError",
    "RunError",
    "SafetensorsError",
    "SingleValueError",
    "StoppedError",
    "TimeLimitError",
    "TypeError",
  ]);
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  console.error(expected.has(name) ? message : stack);
  Deno.exit(1);
}
