import { join } from "node:path";
import { exists } from "../../io/exists.ts";
import type { DigestOptions } from "../../io/file_digest.ts";
import { MODEL } from "../../nn/weights/model_file.ts";
import { weightsProblem } from "../../runs/weights_problem.ts";
import { restoreCommand } from "./restore_command.ts";

/** Largest number of folders that a message lists. */
const LISTED = 20;

/** Returns the runs of a study that have no weights. */
export async function runsWithoutWeights(folder: string, runs: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  for (const run of runs) if (!await exists(join(folder, run, MODEL))) missing.push(run);
  return missing;
}

/** Returns the runs of a study whose weights are missing or damaged. It reads all weights. */
export async function runsWithoutSoundWeights(
  folder: string,
  runs: readonly string[],
  digest: DigestOptions = {},
): Promise<string[]> {
  const lost: string[] = [];
  for (const run of runs) if (await weightsProblem(join(folder, run), digest)) lost.push(run);
  return lost;
}

/**
 * Says which runs of a study have no weights, or damaged ones, and which command trains them again.
 *
 * @param folder of the study
 * @param lost the runs without sound weights, one or more
 * @param total number of the runs that need them
 */
export async function missingWeightsNote(folder: string, lost: readonly string[], total: number): Promise<string> {
  const lines: string[] = [];
  for (const run of lost.slice(0, LISTED)) {
    const isDamaged = await exists(join(folder, run, MODEL));
    lines.push(`  ${join(folder, run)}${isDamaged ? " (damaged)" : ""}`);
  }
  if (lost.length > LISTED) lines.push(`  and ${lost.length - LISTED} more`);
  const command = await restoreCommand(folder);
  return [
    `${lost.length} of ${total} runs have no weights, or damaged ones, so that predict cannot use them. ` +
    (command
      ? "This command trains them again, and no other run:"
      : "runStudy({ restoreWeights: true }) trains them again."),
    ...(command ? [`  ${command}`, "The runs are:"] : []),
    ...lines,
  ].join("\n");
}
