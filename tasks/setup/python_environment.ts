import { join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { explain, runCommand } from "./command.ts";

/**
 * Makes a separate Python environment in `.cache/`, in addition to that of set-up. It is made at first use, and again when
 * its packages change.
 *
 * @param name name of its folder
 * @param what text shown while it is made
 * @param installs arguments of each call of `pip install`
 * @param stamp text that changes with the packages
 * @returns the interpreter's path
 */
export async function pythonEnvironment(
  name: string,
  what: string,
  installs: readonly (readonly string[])[],
  stamp: string,
): Promise<string> {
  const folder = join(projectFolder(), ".cache", name);
  const python = join(folder, "bin/python"), complete = join(folder, ".complete");
  try {
    if (await Deno.readTextFile(complete) === stamp) return python;
  } catch {
    // not created yet
  }
  console.error(`Installing ${what} …`);
  try {
    await runCommand("python3", ["-m", "venv", "--clear", folder]);
    for (const args of installs) {
      await runCommand(python, ["-m", "pip", "--disable-pip-version-check", "install", "--quiet", ...args], {
        what: `Installing ${what}`,
        wayOut: "check the network connection, and run the same command again",
      });
    }
  } catch (error) {
    throw new Error(explain(error));
  }
  await Deno.writeTextFile(complete, stamp);
  return python;
}
