import { UserError } from "../io/user_error.ts";

/**
 * Thrown when a run's or a study's folder cannot be used; the message says why.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readRun, RunError } from "lib";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/run.json`, "{");
 * await assert.rejects(readRun(folder), RunError);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export class RunError extends UserError {
  override readonly name: string = "RunError";
}
