import { createHash } from "node:crypto";
import { join } from "node:path";
import process from "node:process";

/** Longest name in bytes that file systems take. */
const LONGEST_NAME = 255;

/** The name under which a file is written before it takes its place; a long name's end stands for all of it. */
export function partialName(name: string): string {
  const ending = `.${Deno.pid}.partial`, room = LONGEST_NAME - 1 - ending.length;
  const { length } = new TextEncoder().encode(name);
  if (length <= room) return `.${name}${ending}`;
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 16);
  let end = name;
  while (new TextEncoder().encode(end).length > room - digest.length) end = [...end].slice(1).join("");
  return `.${digest}${end}${ending}`;
}

const PARTIAL = /^\.(.+)\.(\d+)\.partial$/;

/** Whether a process of this machine has this number. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It may be another user's.
    return (error as { code?: string }).code === "EPERM";
  }
}

/** How old a partial file of another machine's process is when nobody writes it any more, in milliseconds. */
const ABANDONED = 3_600_000;

/**
 * Removes what killed processes left of files that they were writing. A file stays while the process that it names lives
 * and may write it.
 *
 * @param folder without the folders in it
 * @param isOurs whether only this process may write a file of this name now, because it holds a lock: what is left of it
 * then goes, whatever its process's number
 * @param isWanted whether what is left of a file of this name is to go. Default: of each file
 * @returns the names of the files that were removed
 */
export async function removePartials(
  folder: string,
  isOurs: (name: string) => boolean = () => false,
  isWanted: (name: string) => boolean = () => true,
): Promise<string[]> {
  const removed: string[] = [];
  const entries = await Array.fromAsync(Deno.readDir(folder)).catch(() => []);
  for (const { name, isFile } of entries) {
    const match = name.match(PARTIAL);
    if (!isFile || !match || !isWanted(match[1])) continue;
    const path = join(folder, name), pid = Number(match[2]);
    const written = (await Deno.stat(path).catch(() => undefined))?.mtime?.getTime() ?? 0;
    // A container's processes often have the same number each time.
    const isOlder = pid === Deno.pid ? written < performance.timeOrigin : Date.now() - written > ABANDONED;
    if (!isOurs(match[1]) && !isOlder && isAlive(pid)) continue;
    await Deno.remove(path).then(() => removed.push(name), () => {});
  }
  return removed;
}
