import { UserError } from "lib/io/user_error.ts";
import { explainSystemError, withoutSystemDetail } from "./explain_system_error.ts";
import { warn } from "./say.ts";

/** What a user reads of an error: sentences, or a stack where it is no user's fault. */
export function explainError(error: unknown): string {
  if (error instanceof UserError) return withoutSystemDetail(error.message);
  const known = error instanceof Error ? error : new Error(String(error));
  return explainSystemError(known) ??
    `This is a mistake in the program, not yours. Please report it with what follows:\n${known.stack ?? known.message}`;
}

/** Ends the command with what {@linkcode explainError} says. */
export function fail(error: unknown): never {
  warn(explainError(error));
  Deno.exit(1);
}
