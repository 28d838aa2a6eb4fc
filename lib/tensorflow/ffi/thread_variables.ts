/**
 * Returns the variables of the environment that give a process its threads: TensorFlow's, within an op and among ops, and
 * those of the libraries that it calls. They count when the process starts.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { threadVariables } from "lib/tensorflow/ffi/thread_variables.ts";
 *
 * assert.equal(threadVariables(2).TF_NUM_INTRAOP_THREADS, "2");
 * ```
 */
export function threadVariables(threads: number): Record<string, string> {
  const names = ["TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS"];
  return Object.fromEntries(names.map((name) => [name, String(threads)]));
}
