import { createHash } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { hashFile } from "lib/io/download.ts";
import { replaceFile, writeAll } from "lib/io/replace_file.ts";
import { readRecord, writeRecord } from "lib/runs/record_file.ts";
import { ConfigError } from "lib/train/config_error.ts";
import { jointFiles, type Product, RECORDS } from "./outputs.ts";
import { WAY_OUT } from "./record.ts";
import { withRecords } from "./with_records.ts";

/** Every content, as a digest, that `predict` has written to each file. */
const Known = z.object({ files: z.record(z.string(), z.array(z.string())) });

/** Pieces of a file's content. They can be made more than once, and are equal each time. */
export type Pieces = () => AsyncIterable<string> | Iterable<string>;

/**
 * Throws rather than overwrite a file that `predict` did not write, or that has changed since.
 *
 * @param output the output folder
 * @throws {ConfigError} naming the first such file.
 */
export async function refuseOverwritingJoint(output: string, products: Iterable<Product>): Promise<void> {
  const known = await readKnown(output);
  for (const name of jointFiles(products)) {
    const found = await hashExisting(join(output, name));
    if (found === undefined || known[name]?.includes(found)) continue;
    throw new ConfigError(
      `${join(output, name)} exists already, and predict did not write it, or it has changed since. ` +
        "Choose another --output, or move the file away",
    );
  }
}

/** Writes a file about all images, unless it has this content already. */
export async function writeJoint(output: string, name: string, pieces: Pieces): Promise<void> {
  const path = join(output, name), hash = createHash("sha256");
  for await (const piece of pieces()) hash.update(piece);
  const digest = hash.digest("hex");
  if (await hashExisting(path) === digest) return;
  await withRecords(output, async () => {
    const known = await readKnown(output);
    known[name] = [...(known[name] ?? []).filter((each) => each !== digest), digest];
    await writeRecord(recordPath(output), { files: known });
  });
  const text = new TextEncoder();
  await replaceFile(path, async (file) => {
    for await (const piece of pieces()) await writeAll(file, text.encode(piece));
  });
}

/**
 * Finds the files about all images that `predict` has written.
 *
 * @returns their names, and the options that write them
 */
export async function earlierJoint(
  output: string,
  products: readonly Product[],
): Promise<{ files: string[]; words: string[] }> {
  const known = await readKnown(output), files: string[] = [], words: string[] = [];
  for (const product of products) {
    const there: string[] = [];
    for (const name of jointFiles([product])) {
      const found = known[name] && await hashExisting(join(output, name));
      if (found && known[name].includes(found)) there.push(name);
    }
    if (there.length > 0) words.push(product === "report" ? "--report" : `--write ${product}`);
    files.push(...there);
  }
  return { files, words };
}

async function readKnown(output: string): Promise<z.output<typeof Known>["files"]> {
  return (await readRecord(recordPath(output), Known, { advice: WAY_OUT }))?.files ?? {};
}

const recordPath = (output: string) => join(output, RECORDS, "joint.json");

async function hashExisting(path: string): Promise<string | undefined> {
  try {
    return (await Deno.stat(path)).isFile ? await hashFile(path) : "";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
