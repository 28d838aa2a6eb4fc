import { join } from "node:path";
import process from "node:process";

/** Returns the temporary name under which a file is written before it is renamed. */
export function partialName(name: string): string {
  return `.${name}.${Deno.pid}.partial`;
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

/** Age from which a partial file counts as abandoned if its process may be another machine's, in milliseconds. */
const ABANDONED = 3_600_000;

/**
 * Removes the partial files that killed processes left. A partial file stays while the process that its name contains
 * runs and may still write it.
 *
 * @param folder the folder, searched without its subfolders
 * @param isOurs whether only this process may write a file of this name now, because it holds a lock. Its partial files
 * are removed whatever process id they contain
 * @param isWanted whether the partial files of a file of this name are to be removed. Default: those of every file
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
    // In a container, a process often has the same id in every run.
    const isOlder = pid === Deno.pid ? written < performance.timeOrigin : Date.now() - written > ABANDONED;
    if (!isOurs(match[1]) && !isOlder && isAlive(pid)) continue;
    await Deno.remove(path).then(() => removed.push(name), () => {});
  }
  return removed;
}
