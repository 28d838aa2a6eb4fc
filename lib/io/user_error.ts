import { notebookCell } from "./cell_signal.ts";

/**
 * What a user can mend: a file that is damaged, an option that cannot be, a disk that is full. The message says what is wrong
 * and what to do. Commands and notebooks show it without a stack; every other error is a mistake in the program and keeps its
 * own.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseConfig, UserError } from "lib";
 *
 * assert.throws(() => parseConfig({ epoch: 3 }), (error) => error instanceof UserError && /"epochs"/.test(error.message));
 * ```
 */
export class UserError extends Error {
  override readonly name: string = "UserError";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    // A notebook shows where in its cells the error came from, and none of the library's files.
    if (notebookCell()) this.stack = [`${new.target.name}: ${message}`, ...cellFrames(this.stack)].join("\n");
  }
}

/** The lines of a stack that lie in a notebook's cells, which have no file. */
function cellFrames(stack = ""): string[] {
  return stack.split("\n").filter((line) => /^\s+at .*<anonymous>:\d+:\d+\)?$/.test(line));
}
