import { join } from "node:path";
import { z } from "zod";
import { PRECISIONS } from "lib/tensorflow/ffi/precision.ts";
import { readRecord as readDigested, writeRecord as writeDigested } from "lib/runs/record_file.ts";
import { digest, digestFile, type Hashed } from "../result_mark.ts";
import type { Found } from "../result_files.ts";
import type { SegmentingOptions } from "../segmenting_options.ts";
import { RECORDS } from "./outputs.ts";
import { withRecords } from "./with_records.ts";

/** What to do about a damaged record: the files that it lists are not known any more. */
export const WAY_OUT = "choose another --output, or delete the folder of results";

/** JSON has no NaN. */
const Measure = z.number().nullable().transform((value) => value ?? NaN);

const ImageRow = z.object({
  image: z.string(),
  count: z.number(),
  classCounts: z.record(z.string(), z.number()).optional(),
  perMegapixel: z.number(),
  perSquareMillimetre: z.number().optional(),
  medianPixels: Measure,
  medianArea: Measure.optional(),
  foregroundShare: z.number(),
  meanProbability: z.number().optional(),
  uncertainShare: z.number().optional(),
  farFromTraining: z.array(z.string()).optional(),
  /** Why the objects may be noise. */
  warning: z.string().optional(),
  /** Objects that could not be found or measured because the image is large. */
  sizeNotes: z.array(z.string()).optional(),
});
/** What is known of a page: its row in the summary, and a warning. */
export type ImageRow = z.output<typeof ImageRow>;

/** What decides the content of an image's files: two of equal origin can lie side by side. */
const Origin = z.object({
  /** Digest of the image's content and of all settings of its mask. */
  mask: z.string(),
  /** Digest of these and of all settings by which its objects are found. */
  objects: z.string(),
});
/** What decides the content of an image's files. */
export type Origin = z.output<typeof Origin>;

/**
 * Computes what decides the content of an image's files.
 *
 * @param image the image's content, and what else tells it from others
 */
export async function originOf(
  { settings, objectSettings }: Pick<SegmentingOptions, "settings" | "objectSettings">,
  ...image: readonly (string | Hashed)[]
): Promise<Origin> {
  return { mask: await digest(settings, ...image), objects: await digest(settings, objectSettings, ...image) };
}

const FileRecord = z.object({
  /** Digest of the image and of all settings of the rows. */
  key: z.string(),
  /** Digests of the image's content and path. */
  source: z.object({ content: z.string(), place: z.string() }),
  /** The numbers in which the network multiplied. */
  precision: z.enum(PRECISIONS).default("float32"),
  /**
   * The files, by their path below the output folder. Each has the key of its settings, and every content, as a digest,
   * that `predict` has written to it; the current content is the last. Earlier versions did not record the origin.
   */
  files: z.record(
    z.string(),
    z.object({ key: z.string(), contents: z.array(z.string()).min(1), origin: Origin.optional() }),
  ),
  rows: z.array(ImageRow),
});
/** What `predict` knows of the products of an image. */
export type FileRecord = z.output<typeof FileRecord>;

/**
 * Reads the record of an image's products; undefined if there is none.
 *
 * @throws {RunError} if it is damaged.
 */
export async function readRecord(output: string, name: string): Promise<FileRecord | undefined> {
  const path = recordPath(output, name);
  // A name that is too long for the disk is an error of the system, which the caller explains.
  const isThere = await Deno.stat(path).then(() => true, (error) => {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  });
  return isThere ? await readDigested(path, FileRecord, { advice: WAY_OUT }) : undefined;
}

/** Writes the record of an image's products. Write it before the files: what is written then is known in any case. */
export async function writeRecord(output: string, name: string, record: FileRecord): Promise<void> {
  await writeDigested(recordPath(output, name), record);
}

function recordPath(output: string, name: string): string {
  return join(output, RECORDS, `${name}.image.json`);
}

/**
 * Checks what exists at the path of a product.
 *
 * @param file path below the output folder
 * @param record the record of the image's name
 * @param mark the image, and the digest of all settings
 */
export async function findProduct(
  output: string,
  file: string,
  record: FileRecord | undefined,
  { key, source }: Pick<FileRecord, "key" | "source">,
): Promise<Found> {
  let found: string;
  try {
    if (!(await Deno.stat(join(output, file))).isFile) return "something else";
    found = await digestFile(join(output, file));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "nothing";
    throw error;
  }
  const known = record?.files[file];
  if (!record || !known?.contents.includes(found)) {
    // What predict keeps for itself is no user's file.
    return file.startsWith(`${RECORDS}/`) ? "another result" : "something else";
  }
  if (record.source.content !== source.content && record.source.place !== source.place) return "another image's result";
  return known.key === key && known.contents.at(-1) === found ? "this" : "another result";
}

/**
 * Adds new files of an image to its record, as it is now: another command may have written it since the work began.
 *
 * @param about what the record says of the image from now on
 * @param digests the contents of the files, by their paths below the output folder
 * @throws {RunError} if the record is damaged.
 */
export async function addToRecord(
  output: string,
  name: string,
  { origin, ...about }: Omit<FileRecord, "files"> & { origin: Origin },
  digests: ReadonlyMap<string, string>,
): Promise<void> {
  await withRecords(output, async () => {
    const files = addDigests(await readRecord(output, name), { key: about.key, origin }, digests);
    await writeRecord(output, name, { ...about, files });
  });
}

/** Returns the digests of files' contents. */
export async function digestFiles(files: ReadonlyMap<string, Uint8Array>): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (const [file, bytes] of files) digests.set(file, await digest(bytes));
  return digests;
}

/** Adds the contents of new files to those that `predict` has written before. */
function addDigests(
  earlier: FileRecord | undefined,
  made: { key: string; origin: Origin },
  digests: ReadonlyMap<string, string>,
): FileRecord["files"] {
  const all = { ...earlier?.files };
  for (const [file, found] of digests) {
    all[file] = { ...made, contents: [...(all[file]?.contents ?? []).filter((each) => each !== found), found] };
  }
  return all;
}
