import { join } from "node:path";
import { nearestWord } from "lib/data/nearest_word.ts";
import { projectFolder } from "lib/runtime/library.ts";
import { ConfigError } from "lib/train/config_error.ts";

/** The studies in a folder of results: folders with an analysis. */
async function studiesIn(results: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(results)) {
      if (await Deno.stat(join(results, name, "analysis.json")).then(() => true, () => false)) names.push(name);
    }
  } catch {
    // A folder that is not there holds none.
  }
  return names.sort();
}

/**
 * Refuses a study that has not been made, which would otherwise be trained.
 *
 * @param name of the study's folder
 * @param results the folder of all studies
 * @throws {ConfigError} naming what there is.
 */
export async function requireStudy(name: string, results: string): Promise<void> {
  const known = await studiesIn(results);
  if (known.includes(name)) return;
  // A study that comes with the project is shown from there, but for the profiles, which are the user's own.
  const project = join(projectFolder(), "results");
  if (results !== project && !["tiny", "quick", "full"].includes(name) && (await studiesIn(project)).includes(name)) {
    return;
  }
  const found = known.length
    ? `It has ${known.join(", ")}: did you mean --study ${nearestWord(name, known)}?`
    : "It has none: make one with deno task study, or name another folder with --results";
  throw new ConfigError(`There is no finished study "${name}" in ${results}. ${found}`);
}
