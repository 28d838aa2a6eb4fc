import { explainSystemError, withoutSystemDetail } from "./explain_system_error.ts";
import { warn } from "./say.ts";

/** Errors whose messages say what a user can mend. */
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

/** What a user reads of an error: sentences, or a stack where it is no user's fault. */
export function explainError(error: unknown): string {
  const known = error instanceof Error ? error : new Error(String(error));
  if (EXPECTED.has(known.name)) return withoutSystemDetail(known.message);
  return explainSystemError(known) ??
    `This is a mistake in the program, not yours. Please report it with what follows:\n${known.stack ?? known.message}`;
}

/** Ends the command with what {@linkcode explainError} says. */
export function fail(error: unknown): never {
  warn(explainError(error));
  Deno.exit(1);
}
