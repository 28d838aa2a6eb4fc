import { explainSystemError, withoutSystemDetail } from "./explain_system_error.ts";
import { warn } from "./say.ts";

/** Errors whose messages tell the user what to correct. */
const EXPECTED = new Set([
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
]);

/** Returns the text of an error for the user: sentences, or a stack if it is a bug. */
export function explainError(error: unknown): string {
  const known = error instanceof Error ? error : new Error(String(error));
  if (EXPECTED.has(known.name)) return withoutSystemDetail(known.message);
  return explainSystemError(known) ??
    `This is a bug in the program. Please report it with the following text:\n${known.stack ?? known.message}`;
}

/** Prints the text of {@linkcode explainError}, and ends the process. */
export function fail(error: unknown): never {
  warn(explainError(error));
  Deno.exit(1);
}
