import { join, resolve } from "node:path";
import { z } from "zod";
import { GeneratedImages } from "../datasets/generator/generated_images.ts";
import { RUN_ORDERS } from "../datasets/layouts/fill_runs.ts";
import type { DigestOptions } from "../io/file_digest.ts";
import { readRecord, writeRecord } from "../runs/record_file.ts";
import type { DataSource } from "../runs/grid/process_messages.ts";

/** Schema of the source of a study's images, and of how they are read. */
export const StudySource = z.object({
  /** A folder or a manifest; empty for generated images. */
  folder: z.string(),
  /** Kinds of cells in the generated data set, if it has several. */
  kinds: z.literal(2).optional(),
  /** Options of the generated images that differ from the demo data's. */
  generated: GeneratedImages.optional(),
  /** Fingerprint of the images, by which a source of other images than an analysis is told. */
  fingerprint: z.string().optional(),
  groups: z.string().optional(),
  skipBad: z.boolean().optional(),
  channels: z.array(z.int().positive()).optional(),
  runs: z.enum(RUN_ORDERS).optional(),
  allowOutside: z.boolean().optional(),
});
/** The source of a study's images, and how they are read. */
export type StudySource = z.output<typeof StudySource>;

/** Returns whether images with a fingerprint are those of a source. A source of an earlier version does not say. */
export function isSourceOf(source: Pick<StudySource, "fingerprint">, fingerprint: string): boolean {
  return (source.fingerprint ?? fingerprint) === fingerprint;
}

/** The file in a study's folder. */
const SOURCE = "data.json";

/** Writes the source of a study's images into its folder, with absolute paths. */
export async function writeStudySource(
  folder: string,
  source: DataSource & Pick<StudySource, "fingerprint">,
): Promise<void> {
  const { folder: data, groups, ...reading } = source;
  const whole = { ...reading, folder: data && resolve(data), ...(groups && { groups: resolve(groups) }) };
  await writeRecord(join(folder, SOURCE), StudySource.parse(whole), { indent: 1 });
}

/**
 * Reads the source of a study's images.
 *
 * @param folder of the study
 * @returns `undefined` if the study does not record it, like those that come with the project
 * @throws {RunError} if the file is damaged.
 */
export async function readStudySource(folder: string, options: DigestOptions = {}): Promise<StudySource | undefined> {
  const advice = "run the study again, which writes it again";
  return await readRecord(join(folder, SOURCE), StudySource, { ...options, advice });
}
