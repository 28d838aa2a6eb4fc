/**
 * Runs a committed study again and compares every number: bit for bit on the same kind of processor, threads and
 * library, else within stated tolerances; fails when a number or a verdict does not hold.
 *
 *     deno task verify [quick|full] [--keep FOLDER]
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ConfigError, openStudy, PROFILES, projectFolder, table, verifyStudy } from "lib";
import { fail } from "./fail.ts";

try {
  const { values, positionals: [name = "quick"] } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: { keep: { type: "string" } },
  });
  if (!PROFILES.some((profile) => profile === name)) {
    throw new ConfigError(`There is no profile "${name}": choose one of ${PROFILES.join(", ")}`);
  }
  const committed = await openStudy(name, join(projectFolder(), "results"));
  const folder = values.keep ?? await Deno.makeTempDir();
  try {
    const checks = verifyStudy(committed, await openStudy(name, folder));
    const broken = checks.filter(({ holds }) => !holds);
    const exact = checks.filter(({ tolerance }) => tolerance === 0).length;
    console.log(`\n${checks.length} numbers and verdicts, ${exact} of them to be equal: ${broken.length} do not hold`);
    if (broken.length) {
      console.log(
        String(
          table(
            ["", "committed", "now", "tolerance"],
            broken.map((check) => [check.what, check.before, check.after, check.tolerance]),
          ),
        ),
      );
      // The temporary folder is still to be removed.
      Deno.exitCode = 1;
    }
  } finally {
    if (!values.keep) await Deno.remove(folder, { recursive: true });
  }
} catch (error) {
  fail(error);
}
