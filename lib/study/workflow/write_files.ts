import { createHash } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { exists } from "../../io/exists.ts";
import { replaceText } from "../../io/replace_file.ts";
import { RunError } from "../../runs/run_error.ts";

/** The file in a workflow's folder that tells edited files from unedited ones. */
const WRITTEN = "written.json";

/** Schema of the file {@linkcode WRITTEN}. */
const Written = z.object({
  version: z.literal(1),
  /** Absolute path of the study's folder. */
  results: z.string(),
  /** Absolute path of the data, empty for generated images. */
  data: z.string(),
  /** SHA-256 of each file as it was written, by its path in the folder. */
  files: z.record(z.string(), z.string()),
});
type Written = z.output<typeof Written>;

const digest = (text: string) => createHash("sha256").update(text).digest("hex");

/** Reads a text file; a missing one is undefined. */
export async function readIfExists(path: string): Promise<string | undefined> {
  return await exists(path) ? await Deno.readTextFile(path) : undefined;
}

/** Throws for a folder with files that no workflow has written. */
async function refuseUsed(folder: string): Promise<undefined> {
  if (!await exists(folder)) return;
  for await (const { name } of Deno.readDir(folder)) {
    throw new RunError(
      `${folder} has files of its own, such as ${name}, and no workflow: give a new or an empty folder with --workflow`,
    );
  }
}

/**
 * Reads what an earlier call wrote into a workflow's folder.
 *
 * @param place folders of the study and of the data, as absolute paths
 * @returns the SHA-256 of each file, by its path in the folder; `undefined` without a record
 * @throws {RunError} if the workflow belongs to another study or other data, if its record is damaged, or if the folder has
 * files, but no workflow.
 */
export async function writtenFiles(
  folder: string,
  place: Pick<Written, "results" | "data">,
): Promise<Record<string, string> | undefined> {
  const path = join(folder, WRITTEN);
  let found: Written;
  try {
    found = Written.parse(JSON.parse(await Deno.readTextFile(path)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return await refuseUsed(folder);
    throw new RunError(
      `${path} is damaged: give another folder with --workflow, or delete this one (no result is in it)`,
    );
  }
  const shown = (data: string) => data || "generated images";
  if (found.results !== place.results) {
    throw new RunError(
      `${folder} is the workflow of the study ${found.results}, not of ${place.results}: give another folder with ` +
        "--workflow, or delete this one (no result is in it)",
    );
  }
  if (found.data !== place.data) {
    throw new RunError(
      `${folder} is the workflow of ${shown(found.data)}, not of ${shown(place.data)}: give another folder with ` +
        "--workflow, or delete this one (no result is in it)",
    );
  }
  return found.files;
}

/**
 * Writes the files of a workflow that a user may edit. A file that has been edited since it was written is kept.
 *
 * @param text content of each file, by its path in the folder
 * @param before what {@linkcode writtenFiles} returned
 * @returns paths of the edited files, which were kept
 */
export async function writeFiles(
  folder: string,
  text: Readonly<Record<string, string>>,
  place: Pick<Written, "results" | "data">,
  before: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const kept: string[] = [];
  const files: Record<string, string> = {};
  for (const [name, content] of Object.entries(text)) {
    const path = join(folder, name);
    const current = await readIfExists(path);
    const isEdited = current !== undefined && current !== content && digest(current) !== before[name];
    if (isEdited) {
      kept.push(name);
      if (before[name]) files[name] = before[name];
      continue;
    }
    if (current !== content) await replaceText(path, content);
    files[name] = digest(content);
  }
  await replaceText(join(folder, WRITTEN), JSON.stringify({ version: 1, ...place, files } satisfies Written, null, 1));
  return kept;
}
