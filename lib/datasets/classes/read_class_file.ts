import { join } from "node:path";
import { z } from "zod";
import { describeDamage } from "../../io/explain_issue.ts";
import { exists } from "../../io/exists.ts";
import { DatasetError } from "../dataset.ts";
import { readText } from "../read_text.ts";
import { CLASS_KEYS, type ClassTable, classTable } from "./class_table.ts";

/** The file that names the classes of a data set, in its folder. */
export const CLASS_FILE = "classes.json";

const ClassFile = z.strictObject({ ...CLASS_KEYS, classes: CLASS_KEYS.classes.unwrap() });

/**
 * Reads the names of classes from `classes.json`, if a folder has one.
 *
 * @throws {DatasetError} if the file is not as it should be; the message names it and shows an example.
 */
export async function readClassFile(folder: string): Promise<ClassTable | undefined> {
  const path = join(folder, CLASS_FILE);
  if (!await exists(path)) return undefined;
  let given: unknown;
  try {
    given = JSON.parse(await readText(path));
  } catch (error) {
    if (error instanceof DatasetError) throw error;
    throw new DatasetError(`${path} is not JSON: ${(error as Error).message}`);
  }
  const result = ClassFile.safeParse(given);
  if (!result.success) {
    throw new DatasetError(
      `${path}: ${describeDamage(result.error.issues[0], given, "the file")}: it must look like ` +
        '{"classes": {"0": "background", "1": "round", "2": "long"}, "void": 255}',
    );
  }
  return classTable(result.data, path);
}
