import { resolve } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";

/**
 * The folder in which the user called the command. `deno task` goes to the project's folder and names the user's in
 * `INIT_CWD`.
 */
export function callerFolder(): string {
  const here = Deno.cwd(), from = Deno.env.get("INIT_CWD");
  return from && resolve(here) === resolve(projectFolder()) ? from : here;
}

/**
 * A path that a user gave, for use in the present folder.
 *
 * @returns the path as it was given where that means the same file, else an absolute one
 */
export function callerPath(given: string): string {
  const folder = callerFolder();
  return resolve(folder, given) === resolve(given) ? given : resolve(folder, given);
}
