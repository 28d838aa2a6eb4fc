import { join } from "node:path";
import process from "node:process";

/** What `replaceFile` leaves of a result where its process was killed: `.NAME.PID.partial`. */
const PARTIAL = /^\..+_(?:mask|probability)\.png\.(\d+)\.partial$/;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process may not be asked.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/**
 * Removes half-written results that a killed process left; those of a process that runs stay.
 *
 * @param folders that hold results; some may not exist
 */
export async function removePartial(folders: Iterable<string>): Promise<void> {
  for (const folder of new Set(folders)) {
    try {
      for await (const { name, isFile } of Deno.readDir(folder)) {
        const pid = PARTIAL.exec(name)?.[1];
        if (isFile && pid && !isRunning(Number(pid))) await Deno.remove(join(folder, name));
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
