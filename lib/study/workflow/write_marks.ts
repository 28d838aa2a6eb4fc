import { join } from "node:path";
import { exists } from "../../io/exists.ts";
import { replaceText } from "../../io/replace_file.ts";

/** Marks of the other rules. They follow those of the runs by their dates. */
const OTHER_MARKS = ["analysis", "notebooks", "report"];

/**
 * Marks the runs of a workflow that have ended, for Snakemake, and removes marks of runs that are unknown or not
 * finished. Without an analysis, its mark is removed too. A mark is an empty file: nothing else is removed.
 *
 * @param folder folder of the workflow
 * @param ended names of the runs that have ended
 * @param isAnalysed whether the study has an analysis of the workflow's runs
 */
export async function writeMarks(folder: string, ended: readonly string[], isAnalysed: boolean): Promise<void> {
  const marks = join(folder, "finished"), wanted = new Set([...ended, ...(isAnalysed ? OTHER_MARKS : [])]);
  await Deno.mkdir(marks, { recursive: true });
  for (const { name, isFile } of await Array.fromAsync(Deno.readDir(marks))) {
    const path = join(marks, name);
    if (!wanted.has(name) && isFile && (await Deno.stat(path)).size === 0) await Deno.remove(path);
  }
  for (const run of ended) {
    const mark = join(marks, run);
    if (!await exists(mark)) await replaceText(mark, "");
  }
}
