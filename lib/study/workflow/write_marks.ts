import { join } from "node:path";
import { exists } from "../../io/exists.ts";
import { replaceText } from "../../io/replace_file.ts";

/** Marks of the other rules. They follow those of the runs by their dates. */
const OTHER_MARKS = ["analysis", "notebooks", "report"];

/** Removes the marks in a folder, which may be missing, except those that are wanted. */
async function removeMarks(folder: string, isWanted: (name: string) => boolean): Promise<void> {
  if (!await exists(folder)) return;
  for (const { name, isFile } of await Array.fromAsync(Deno.readDir(folder))) {
    const path = join(folder, name);
    if (!isWanted(name) && isFile && (await Deno.stat(path)).size === 0) await Deno.remove(path);
  }
}

/**
 * Marks the runs of a workflow that have ended, for Snakemake, and removes marks of runs that are unknown or not
 * finished, and those of what is half done. Without an analysis, its mark is removed too. A mark is an empty file: nothing
 * else is removed.
 *
 * @param folder folder of the workflow
 * @param ended names of the runs that have ended
 * @param isAnalysed whether the study has an analysis of the workflow's runs
 */
export async function writeMarks(folder: string, ended: readonly string[], isAnalysed: boolean): Promise<void> {
  const marks = join(folder, "finished"), wanted = new Set([...ended, ...(isAnalysed ? OTHER_MARKS : [])]);
  await Deno.mkdir(marks, { recursive: true });
  await removeMarks(marks, (name) => wanted.has(name));
  // What is half done costs a short job that finds it.
  for (const half of ["trained", "parts"]) await removeMarks(join(marks, half), () => false);
  for (const run of ended) {
    const mark = join(marks, run);
    if (!await exists(mark)) await replaceText(mark, "");
  }
}
