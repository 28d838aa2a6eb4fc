import { UserError } from "lib/io/user_error.ts";
import { explainSystemError, withoutSystemDetail } from "./explain_system_error.ts";
import { warn } from "./say.ts";

/** Returns the text of an error for the user: sentences, or a stack if it is a bug. */
export function explainError(error: unknown): string {
  if (error instanceof UserError) return withoutSystemDetail(error.message);
  const known = error instanceof Error ? error : new Error(String(error));
  return explainSystemError(known) ??
    `This is a bug in the program. Please report it with the following text:\n${known.stack ?? known.message}`;
}

/** Prints the text of {@linkcode explainError}, and ends the process. */
export function fail(error: unknown): never {
  warn(explainError(error));
  Deno.exit(1);
}
