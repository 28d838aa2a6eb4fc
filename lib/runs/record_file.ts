import type { z } from "zod";
import { BLANK_DIGEST, type DigestOptions, NO_DIGEST, selfDigest } from "../io/file_digest.ts";
import { describeDamage } from "../io/explain_issue.ts";
import { replaceFile, writeAll } from "../io/replace_file.ts";
import { isCommitted } from "./committed_sums.ts";
import { RunError } from "./run_error.ts";

/** The field with the digest of the whole file, which is a record's first field. */
const FIELD = "sha256";

/** Options of {@linkcode writeRecord}. */
export interface WriteRecordOptions {
  /** Spaces per level of indentation; 0 writes one line. Default 0. */
  indent?: number;
  /** Replaces values: see `JSON.stringify`. */
  replacer?: (key: string, value: unknown) => unknown;
}

/** Writes a record as JSON with a digest of the whole file. It replaces an existing file atomically. */
export async function writeRecord(
  path: string,
  record: object,
  { indent = 0, replacer }: WriteRecordOptions = {},
): Promise<void> {
  const bytes = new TextEncoder().encode(
    JSON.stringify({ [FIELD]: BLANK_DIGEST, ...record }, replacer, indent) + "\n",
  );
  const at = digestPlace(bytes)!;
  bytes.set(new TextEncoder().encode(selfDigest(bytes, at)), at);
  await replaceFile(path, (file) => writeAll(file, bytes));
}

/** Returns the offset of a record's digest, if it has one. */
function digestPlace(bytes: Uint8Array): number | undefined {
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 200));
  return start.match(/^\s*\{\s*"sha256"\s*:\s*"(?=[0-9a-f]{64}")/)?.[0].length;
}

/** Options of {@linkcode readRecord}. */
export interface ReadRecordOptions extends DigestOptions {
  /** What to do about a damaged file, such as `delete it`. */
  advice: string;
}

/**
 * Reads a record that {@linkcode writeRecord} wrote. A record without a digest is accepted if it comes with the
 * project, or with `acceptWithoutDigest`.
 *
 * @returns `undefined` if there is no such file
 * @throws {RunError} if the record cannot be read, is damaged, or has no digest.
 */
export async function readRecord<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  { advice, acceptWithoutDigest = false }: ReadRecordOptions,
): Promise<z.output<Schema> | undefined> {
  const damaged = (why: string) => new RunError(`${path} is damaged (${why}): ${advice}`);
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw new RunError(`${path} cannot be read (${(error as Error).message})`);
  }
  let given: unknown;
  try {
    given = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw damaged("it is not JSON");
  }
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw damaged("it is not a record");
  const { [FIELD]: digest, ...record } = given as Record<string, unknown>;
  const at = digestPlace(bytes);
  if (at !== undefined || digest !== undefined) {
    if (at === undefined || selfDigest(bytes, at) !== digest) throw damaged("its digest does not fit what it holds");
  } else if (!acceptWithoutDigest && !await isCommitted(bytes)) throw new RunError(`${path} ${NO_DIGEST}`);
  const result = schema.safeParse(record);
  if (result.success) return result.data;
  throw damaged(describeDamage(result.error.issues[0], record, "the record"));
}
