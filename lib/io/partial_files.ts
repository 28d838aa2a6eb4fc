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

/**
 * How long ago what another machine's process was writing has changed when nobody writes it any more, in milliseconds. Work in
 * the subfolders of a folder does not show.
 */
const ABANDONED = { isFile: 3_600_000, isDirectory: 86_400_000 };

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
  return await removeAbandoned(folder, "isFile", isOurs, isWanted);
}

/**
 * Removes folders with a {@linkcode partialName} that killed processes left; those of processes that live stay.
 *
 * @param folder that holds them
 * @param isWanted whether what is left of a folder of this name is to go
 * @returns the names of the folders that were removed
 */
export async function removePartialFolders(folder: string, isWanted: (name: string) => boolean): Promise<string[]> {
  return await removeAbandoned(folder, "isDirectory", () => false, isWanted);
}

async function removeAbandoned(
  folder: string,
  kind: "isFile" | "isDirectory",
  isOurs: (name: string) => boolean,
  isWanted: (name: string) => boolean,
): Promise<string[]> {
  const removed: string[] = [];
  const entries = await Array.fromAsync(Deno.readDir(folder)).catch(() => []);
  for (const { name, ...is } of entries) {
    const match = name.match(PARTIAL);
    if (!is[kind] || !match || !isWanted(match[1])) continue;
    const path = join(folder, name), pid = Number(match[2]);
    const written = (await Deno.stat(path).catch(() => undefined))?.mtime?.getTime() ?? 0;
    // A container's processes often have the same number each time.
    const isOlder = pid === Deno.pid ? written < performance.timeOrigin : Date.now() - written > ABANDONED[kind];
    if (!isOurs(match[1]) && !isOlder && isAlive(pid)) continue;
    await Deno.remove(path, { recursive: true }).then(() => removed.push(name), () => {});
  }
  return removed;
}
