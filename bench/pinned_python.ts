import { join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { pythonEnvironment } from "../tasks/setup/python_environment.ts";

/**
 * Makes a Python environment in `.cache/` with exactly the packages of `tasks/requirements/NAME.txt`, each checked by
 * its SHA-256. It is made at first use.
 *
 * @param what text shown while it is made
 * @returns the interpreter's path
 */
export async function pinnedPython(name: string, what: string): Promise<string> {
  const requirements = join(projectFolder(), "tasks/requirements", `${name}.txt`);
  const install = ["--require-hashes", "-r", requirements];
  return await pythonEnvironment(name, what, [install], await Deno.readTextFile(requirements));
}
