import { join, resolve } from "node:path";
import { shellWord } from "../../io/shell_word.ts";
import { shownFolder } from "../find_study.ts";
import { sourceOptions } from "../source_options.ts";
import { readAnalysis } from "../analyse/study_store.ts";
import { isSourceOf, readStudySource } from "../study_source.ts";

/**
 * Returns the command that trains the runs of a study again whose weights are missing or damaged.
 *
 * @param folder of the study
 * @returns `undefined` if the study does not record its images, as one that code ran, or was begun again with other images
 */
export async function restoreCommand(folder: string): Promise<string | undefined> {
  const read = (acceptWithoutDigest: boolean) =>
    readStudySource(folder, { acceptWithoutDigest }).catch(() => undefined);
  const known = await read(false), source = known ?? await read(true);
  if (!source) return undefined;
  const analysis = await readAnalysis(folder, { acceptWithoutDigest: true }).catch(() => undefined);
  if (analysis && !isSourceOf(source, analysis.dataset.fingerprint)) return undefined;
  const shown = shownFolder(resolve(folder));
  return [
    "deno task study",
    ...sourceOptions(source),
    `--grid ${shellWord(join(shown, "grid.json"))} --results ${shellWord(shown)} --restore-weights`,
    ...(known ? [] : ["--accept-earlier"]),
  ].join(" ");
}
