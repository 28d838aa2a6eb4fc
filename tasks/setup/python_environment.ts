import { join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { UserError } from "lib/io/user_error.ts";
import { explain, runCommand } from "./command.ts";
import { lockSetup } from "./setup_lock.ts";

/**
 * Makes a separate Python environment in `.cache/`, in addition to that of set-up. It is made at first use, and again
 * when its packages change.
 *
 * @param name name of its folder
 * @param what text shown while it is made
 * @param installs arguments of each call of `pip install`
 * @param stamp text that changes with the packages
 * @param interpreter the Python that makes it
 * @returns the interpreter's path
 * @throws {UserError} if it cannot be made, if `SETUP_CHECK_ONLY` forbids to make it, or if Ctrl-C stops it.
 */
export async function pythonEnvironment(
  name: string,
  what: string,
  installs: readonly (readonly string[])[],
  stamp: string,
  interpreter = "python3",
): Promise<string> {
  const folder = join(projectFolder(), ".cache", name);
  const python = join(folder, "bin/python"), complete = join(folder, ".complete");
  const isComplete = async () => await Deno.readTextFile(complete).catch(() => undefined) === stamp;
  if (await isComplete()) return python;
  if (Deno.env.get("SETUP_CHECK_ONLY") === "1") {
    throw new UserError(
      `${what} is not installed in ${folder}, and SETUP_CHECK_ONLY=1 downloads nothing: run the same command once on a ` +
        "computer with internet, such as the login node, without SETUP_CHECK_ONLY",
    );
  }
  using _lock = await lockSetup(
    `${folder}.lock`,
    (process) =>
      console.error(`Another command installs ${what}${process && ` (process ${process})`}: waiting for it …`),
  );
  if (await isComplete()) return python;
  console.error(`Installing ${what} …`);
  try {
    await runCommand(interpreter, ["-m", "venv", "--clear", folder]);
    for (const args of installs) {
      await runCommand(python, ["-m", "pip", "--disable-pip-version-check", "install", "--quiet", ...args], {
        what: `Installing ${what}`,
        wayOut: "check the network connection, and run the same command again",
      });
    }
  } catch (error) {
    throw new UserError(explain(error));
  }
  await Deno.writeTextFile(complete, stamp);
  return python;
}
