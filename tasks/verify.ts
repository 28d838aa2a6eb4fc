/**
 * Runs a committed study again and compares every number: bit for bit on the same kind of processor, threads and
 * library, else within stated tolerances; fails when a number or a verdict does not hold.
 *
 *     deno task verify [quick] [--keep FOLDER]
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ConfigError, PROFILES, projectFolder, readStudy, requireStudy, runProfile, table, verifyStudy } from "lib";
import { fail } from "./fail.ts";

try {
  const { values, positionals: [name = "quick"] } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: { keep: { type: "string" } },
  });
  const profile = PROFILES.find((each) => each === name);
  if (!profile) {
    throw new ConfigError(`There is no profile "${name}": choose one of ${PROFILES.join(", ")}`);
  }
  const committed = await readStudy(await requireStudy(profile, join(projectFolder(), "results/committed")));
  console.log(`Runs again what ${committed.place} holds`);
  const folder = values.keep ?? await Deno.makeTempDir();
  try {
    await runProfile(profile, join(folder, profile));
    const checks = verifyStudy(committed, await readStudy(await requireStudy(profile, folder)));
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
