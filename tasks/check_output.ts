import { join } from "node:path";
import { ConfigError } from "lib/train/config_error.ts";

/** What {@linkcode checkOutput} needs to know. */
interface OutputChoice {
  /** The command's option that names the file, such as `--to`. */
  option: string;
  /** Whether an existing file is replaced. */
  force: boolean;
  /** A usual name for the file. */
  name: string;
}

/**
 * Checks, before any work, that a command may write a file.
 *
 * @param output path of the file
 * @throws {ConfigError} if it is a folder, or if it exists and is not to be replaced.
 */
export async function checkOutput(output: string, { option, force, name }: OutputChoice): Promise<void> {
  const found = await Deno.stat(output).catch(() => undefined);
  if (found?.isDirectory || output.endsWith("/")) {
    throw new ConfigError(`${output} is a folder: name a file in it, ${option} ${join(output, name)}`);
  }
  if (found && !force) {
    throw new ConfigError(`${output} exists: add --force to replace it, or ${option} with another name`);
  }
}
