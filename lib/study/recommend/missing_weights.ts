import { join } from "node:path";
import { exists } from "../../io/exists.ts";
import { MODEL } from "../../nn/weights/model_file.ts";

/** Largest number of folders that a message lists. */
const LISTED = 20;

/** Returns the runs of a study that have no weights. */
export async function runsWithoutWeights(folder: string, runs: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  for (const run of runs) if (!await exists(join(folder, run, MODEL))) missing.push(run);
  return missing;
}

/**
 * Says which runs of a study have no weights, and how they get some.
 *
 * @param folder of the study
 * @param missing the runs without weights, one or more
 * @param total number of the runs that need them
 */
export function missingWeightsNote(folder: string, missing: readonly string[], total: number): string {
  const listed = missing.slice(0, LISTED).map((run) => `  ${join(folder, run)}`);
  const rest = missing.length - listed.length;
  return [
    `${missing.length} of ${total} runs have no weights. A finished run is not trained again: to predict with this ` +
    "study, delete these folders, and run the study again without --discard-weights:",
    ...listed,
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ].join("\n");
}
