import { resolve } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";

/**
 * Returns the folder in which the user called the command. `deno task` changes to the project's folder, and gives the
 * user's in `INIT_CWD`.
 */
export function callerFolder(): string {
  const here = Deno.cwd(), from = Deno.env.get("INIT_CWD");
  return from && resolve(here) === resolve(projectFolder()) ? from : here;
}

/**
 * Converts a path that a user gave for use in the current folder.
 *
 * @returns the path unchanged if it names the same file, otherwise an absolute path. A slash at its end, which says that
 * it is a folder, stays.
 */
export function callerPath(given: string): string {
  const path = resolve(callerFolder(), given);
  return path === resolve(given) ? given : given.endsWith("/") && path !== "/" ? `${path}/` : path;
}
