import { join } from "node:path";
import { RunError } from "./run_error.ts";

/** The file in a folder that is locked. */
export const LOCK = "lock";

/** Thrown for a folder that cannot be locked, such as one on a read-only disk. */
export class LockError extends RunError {
  override readonly name: string = "LockError";
}

/** Thrown for a folder that another process has locked. */
export class RunInUseError extends RunError {
  override readonly name = "RunInUseError";
}

/**
 * Locks a folder for this process. The system frees the lock when the process ends for any reason.
 *
 * @param wait whether to wait for another process that has locked it. Default `false`
 * @throws {LockError} if the folder cannot be written, or its file system has no locks.
 * @throws {RunInUseError} if another process has locked it.
 */
export async function lockRun(folder: string, { wait = false } = {}): Promise<Disposable> {
  const path = join(folder, LOCK);
  const choose = "choose another folder with --results";
  let file: Deno.FsFile;
  try {
    await Deno.mkdir(folder, { recursive: true });
    file = await Deno.open(path, { write: true, create: true });
  } catch (error) {
    throw new LockError(`${path} cannot be written (${(error as Error).message}): ${choose}`);
  }
  let held = true;
  try {
    if (wait) await file.lock(true);
    else held = await file.tryLock(true);
  } catch (error) {
    file.close();
    throw new LockError(
      `${path} cannot be locked (${
        (error as Error).message
      }), so that two commands could train the same run: ${choose}, on a ` +
        "disk of this computer",
    );
  }
  if (!held) {
    file.close();
    throw new RunInUseError(`Another process is working on ${folder}: wait for it, or stop it`);
  }
  // The process that held the lock before may have removed the folder: see `removeUnstarted`.
  const current = await Deno.stat(path).catch(() => undefined);
  if (current?.ino !== (await file.stat()).ino) {
    file.close();
    return await lockRun(folder, { wait });
  }
  return { [Symbol.dispose]: () => file.close() };
}
