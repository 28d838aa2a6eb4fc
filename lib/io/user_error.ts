import { notebookCell } from "./cell_signal.ts";

/**
 * An error that the user can correct: a damaged file, an invalid option, a full disk. The message says what is wrong
 * and what to do. Commands and notebooks show it without a stack; every other error is a bug and shows its stack.
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
    // A notebook shows the error's location in its cells, but none of the library's files.
    if (notebookCell()) this.stack = [`${new.target.name}: ${message}`, ...cellFrames(this.stack)].join("\n");
  }
}

/** Selects the lines of a stack that belong to a notebook's cells, which have no file. */
function cellFrames(stack = ""): string[] {
  return stack.split("\n").filter((line) => /^\s+at .*<anonymous>:\d+:\d+\)?$/.test(line));
}
