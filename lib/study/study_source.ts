import { join, resolve } from "node:path";
import { z } from "zod";
import { RUN_ORDERS } from "../datasets/layouts/fill_runs.ts";
import type { DigestOptions } from "../io/file_digest.ts";
import { readRecord, writeRecord } from "../runs/record_file.ts";
import type { DataSource } from "../runs/grid/process_messages.ts";

/** Where a study's images lie, and how they are read: what a command line can say. */
export const StudySource = z.object({
  /** A folder or a manifest; empty for the embedded data. */
  folder: z.string(),
  groups: z.string().optional(),
  skipBad: z.boolean().optional(),
  channels: z.array(z.int().positive()).optional(),
  runs: z.enum(RUN_ORDERS).optional(),
  allowOutside: z.boolean().optional(),
});
/** Where a study's images lie, and how they are read. */
export type StudySource = z.output<typeof StudySource>;

/** The file in a study's folder. */
const SOURCE = "data.json";

/** Writes where a study's images lie into its folder, with whole paths. */
export async function writeStudySource(folder: string, source: DataSource): Promise<void> {
  const { folder: data, groups, ...reading } = source;
  const whole = { ...reading, folder: data && resolve(data), ...(groups && { groups: resolve(groups) }) };
  await writeRecord(join(folder, SOURCE), StudySource.parse(whole), { indent: 1 });
}

/**
 * Where a study's images lie.
 *
 * @param folder of the study
 * @returns `undefined` where the study does not say, as one that comes with the project
 * @throws {RunError} if the file is damaged.
 */
export async function readStudySource(folder: string, options: DigestOptions = {}): Promise<StudySource | undefined> {
  const wayOut = "run the study again, which writes it again";
  return await readRecord(join(folder, SOURCE), StudySource, { ...options, wayOut });
}
