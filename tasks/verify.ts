/**
 * Runs a committed study again and compares every number: bit for bit on the same kind of processor, threads and
 * library, otherwise within stated tolerances. It fails if a number or a verdict does not hold.
 */
import { join } from "node:path";
import { table } from "lib/display";
import { projectFolder } from "lib/runs";
import { PROFILES, readStudy, requireStudy, runProfile, verifyStudy } from "lib/study";
import { toleranceSentence } from "lib/study/rounding_spread.ts";
import { earlierNumerics, unknownInstructions } from "lib/study/verify_study.ts";
import { readStudyMachine, studyAlgorithms } from "lib/study/study_machine.ts";
import type { LineFor } from "./commands/command.ts";
import { runTask, task } from "./commands/task.ts";
import { verifyCommand } from "./commands/verify.ts";
import { say } from "./say.ts";

/** Runs a command line of `deno task verify`. */
export async function verify({ options: { keep }, arguments: [name = "quick"] }: LineFor<typeof verifyCommand>) {
  const profile = PROFILES.find((each) => each === name)!;
  const committed = await readStudy(await requireStudy(profile, join(projectFolder(), "results/committed")));
  say(`Running ${committed.place} again`);
  for (const reason of [unknownInstructions(committed), earlierNumerics(committed)]) if (reason) say(reason);
  const folder = keep ?? await Deno.makeTempDir();
  try {
    // Other algorithms round differently.
    const machine = await readStudyMachine(committed.folder, { acceptWithoutDigest: true });
    await runProfile(profile, join(folder, profile), {
      algorithms: machine && studyAlgorithms(committed.folder, machine),
    });
    const checks = verifyStudy(committed, await readStudy(await requireStudy(profile, folder)));
    const broken = checks.filter(({ holds }) => !holds);
    const exact = checks.filter(({ tolerance }) => tolerance === 0).length;
    const runs = checks.filter(({ isEqual }) => isEqual !== undefined), same = runs.filter(({ isEqual }) => isEqual);
    say(`\n${same.length} of ${runs.length} runs are equal bit for bit`);
    say(`${checks.length} numbers and verdicts, of which ${exact} must be equal: ${broken.length} do not hold`);
    if (runs.some(({ tolerance }) => tolerance > 0)) say(toleranceSentence());
    if (broken.length) {
      say(
        table(
          ["", "committed", "now", "tolerance"],
          broken.map((check) => [check.quantity, check.before, check.after, check.tolerance]),
        ),
      );
      // The exit code is set without exiting, as the temporary folder must still be removed.
      Deno.exitCode = 1;
    }
  } finally {
    if (!keep) await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) await runTask(task(verifyCommand, () => Promise.resolve(verify)));
