import { join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { pythonEnvironment } from "../tasks/setup/python_environment.ts";

/**
 * A Python in `.cache/` with exactly the packages of `tasks/requirements/NAME.txt`, each checked by its SHA-256; made on
 * first use.
 *
 * @param what is said while it is made
 * @returns the interpreter's path
 */
export async function pinnedPython(name: string, what: string): Promise<string> {
  const requirements = join(projectFolder(), "tasks/requirements", `${name}.txt`);
  const install = ["--require-hashes", "-r", requirements];
  return await pythonEnvironment(name, what, [install], await Deno.readTextFile(requirements));
}
