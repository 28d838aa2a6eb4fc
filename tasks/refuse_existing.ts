import { exists } from "lib/io/exists.ts";
import { ConfigError } from "lib/train/config_error.ts";

/**
 * Throws, before any work, rather than replace a file that exists.
 *
 * @param output path of the file that a command will write
 * @param option the command's option that names it, such as `--to`
 * @throws {ConfigError} if it exists, unless `force` is set.
 */
export async function refuseExisting(output: string, option: string, force: boolean): Promise<void> {
  if (!force && await exists(output)) {
    throw new ConfigError(`${output} exists: add --force to replace it, or ${option} with another name`);
  }
}
