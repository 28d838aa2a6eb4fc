import { join } from "node:path";
import { RECORDS } from "./outputs.ts";

/**
 * Changes the records of an output folder while no other command does: a record that two commands read, and then write,
 * would lose what the first one wrote. The system frees the lock when a process ends. On a file system without locks, the
 * work is done all the same.
 *
 * @param output the output folder
 * @param work reads a record and writes it. It takes milliseconds, because other commands wait for it
 * @returns what the work returns
 */
export async function withRecords<T>(output: string, work: () => Promise<T>): Promise<T> {
  await Deno.mkdir(join(output, RECORDS), { recursive: true });
  using file = await Deno.open(join(output, RECORDS, ".lock"), { write: true, create: true });
  await file.lock(true).catch(() => {});
  return await work();
}
