import { createHash } from "node:crypto";
import { join } from "node:path";
import process from "node:process";

/** Maximum length of a file name in most file systems, in bytes. */
const MAX_NAME = 255;

/**
 * Returns the temporary name under which a file is written before it is renamed. A long name is replaced by a digest
 * and its end.
 */
export function partialName(name: string): string {
  const ending = `.${Deno.pid}.partial`, room = MAX_NAME - 1 - ending.length;
  const { length } = new TextEncoder().encode(name);
  if (length <= room) return `.${name}${ending}`;
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 16);
  let end = name;
  while (new TextEncoder().encode(end).length > room - digest.length) end = [...end].slice(1).join("");
  return `.${digest}${end}${ending}`;
}

const PARTIAL = /^\.(.+)\.(\d+)\.partial$/;

/** Returns whether a process with this id runs on this machine. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process belongs to another user.
    return (error as { code?: string }).code === "EPERM";
  }
}

/**
 * Age from which a partial file or folder counts as abandoned if its process may be another machine's, in milliseconds.
 * Changes in subfolders do not update a folder's age.
 */
const ABANDONED = { isFile: 3_600_000, isDirectory: 86_400_000 };

/**
 * Removes the partial files that killed processes left. A partial file stays while the process that its name contains
 * runs and may still write it.
 *
 * @param folder the folder, searched without its subfolders
 * @param isOurs whether only this process may write a file of this name now, because it holds a lock. Its partial files
 * are removed whatever process id they contain
 * @param isWanted whether the partial files of a file of this name are to be removed. Default: those of every file
 * @param isShared whether processes of other computers may write into the folder. Their ids say nothing here, so that only
 * the age of a file counts. Default `false`
 * @returns the names of the files that were removed
 */
export async function removePartials(
  folder: string,
  isOurs: (name: string) => boolean = () => false,
  isWanted: (name: string) => boolean = () => true,
  isShared = false,
): Promise<string[]> {
  return await removeAbandoned(folder, "isFile", isOurs, isWanted, isShared);
}

/**
 * Removes folders with a {@linkcode partialName} that killed processes left. Those of running processes stay.
 *
 * @param folder the folder that contains them
 * @param isWanted whether the partial folders of a folder of this name are to be removed
 * @param isShared as of {@linkcode removePartials}. Default `false`
 * @returns the names of the folders that were removed
 */
export async function removePartialFolders(
  folder: string,
  isWanted: (name: string) => boolean,
  isShared = false,
): Promise<string[]> {
  return await removeAbandoned(folder, "isDirectory", () => false, isWanted, isShared);
}

async function removeAbandoned(
  folder: string,
  kind: "isFile" | "isDirectory",
  isOurs: (name: string) => boolean,
  isWanted: (name: string) => boolean,
  isShared = false,
): Promise<string[]> {
  const removed: string[] = [];
  const entries = await Array.fromAsync(Deno.readDir(folder)).catch(() => []);
  for (const { name, ...is } of entries) {
    const match = name.match(PARTIAL);
    if (!is[kind] || !match || !isWanted(match[1])) continue;
    const path = join(folder, name), pid = Number(match[2]);
    const written = (await Deno.stat(path).catch(() => undefined))?.mtime?.getTime() ?? 0;
    // In a container, a process often has the same id in every run.
    const isOlder = !isShared && pid === Deno.pid
      ? written < performance.timeOrigin
      : Date.now() - written > ABANDONED[kind];
    if (!isOurs(match[1]) && !isOlder && (isShared || isAlive(pid))) continue;
    await Deno.remove(path, { recursive: true }).then(() => removed.push(name), () => {});
  }
  return removed;
}
