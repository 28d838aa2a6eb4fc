import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  type OtherHolder,
  OWNER,
  type Ownership,
  type OwnershipOptions,
  SILENCE,
  takeOwnership,
} from "./lock_owner.ts";
import { RunError } from "./run_error.ts";
import { StoppedError } from "./stopped_error.ts";

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

/** A folder that this process has locked. */
export type RunLock = Ownership;

/** Options of {@linkcode lockRun}. */
export interface LockOptions extends OwnershipOptions {
  /** Whether to wait for another process that has locked the folder. Default `false`. */
  wait?: boolean;
  /** Ends the wait. */
  signal?: AbortSignal;
}

/** Milliseconds after which a folder that another process has locked is tried again, on this computer and on others. */
const RETRY = { here: 100, elsewhere: 1000 };

/**
 * Locks a folder for this process, among the processes of this computer and of others that share its disk. The system
 * frees the lock when the process ends for any reason. On a disk whose locks do not reach other computers, the lock of a
 * killed process on another computer is free three minutes later.
 *
 * @throws {LockError} if the folder cannot be written, or its file system has no locks.
 * @throws {RunInUseError} if another process has locked it.
 * @throws {StoppedError} if the signal ended the wait.
 */
export async function lockRun(folder: string, options: LockOptions = {}): Promise<RunLock> {
  while (true) {
    const file = await lockFile(folder, options);
    let owner: Ownership | OtherHolder;
    try {
      owner = await takeOwnership(folder, options);
    } catch (error) {
      file.close();
      throw unwritable(join(folder, OWNER), error);
    }
    if ("isHeld" in owner) {
      return {
        ...owner,
        [Symbol.dispose]() {
          owner[Symbol.dispose]();
          file.close();
        },
      };
    }
    file.close();
    if (!options.wait) throw new RunInUseError(describeHolder(folder, owner));
    await pause(RETRY.elsewhere, options.signal);
  }
}

/**
 * Checks a lock before something is written into its folder.
 *
 * @throws {RunInUseError} if another computer has taken the folder.
 */
export async function requireHeld(lock: Pick<RunLock, "isHeld">, folder: string): Promise<void> {
  if (await lock.isHeld()) return;
  throw new RunInUseError(`Another computer took over ${folder} while this process was suspended, and works on it`);
}

/** Waits before the next try. @throws {StoppedError} if the signal is or gets aborted. */
async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => {
    throw new StoppedError();
  });
}

/** Describes a folder that another computer has locked, and what to do about it. */
function describeHolder(folder: string, { host, pid, silent }: OtherHolder): string {
  const free = Math.ceil((SILENCE - silent) / 1000);
  return `Process ${pid} on ${host} is working on ${folder}, and gave a sign of life ${
    Math.max(0, Math.round(silent / 1000))
  } s ago: wait for it, or stop it. If it was killed, the folder is free in ${free} s`;
}

/** What else helps if a file cannot be written, by the code of the system's error. */
const ADVICE: Partial<Record<string, string>> = {
  ENOSPC: "free some space, or ",
  EDQUOT: "free some space, or ",
  EACCES: "let your group write the folder of the study (docs/cluster.md), or ",
};

/** Returns the error for a file of a lock that cannot be written, with what to do about it. */
function unwritable(path: string, error: unknown): LockError {
  const { message, code } = error as Error & { code?: string };
  return new LockError(
    `${path} cannot be written (${message}): ${ADVICE[code ?? ""] ?? ""}choose another folder with --results`,
  );
}

/** Locks the file {@linkcode LOCK} of a folder by the system. */
async function lockFile(folder: string, { wait = false, signal }: LockOptions): Promise<Deno.FsFile> {
  const path = join(folder, LOCK);
  let file: Deno.FsFile;
  try {
    await Deno.mkdir(folder, { recursive: true });
    file = await Deno.open(path, { write: true, create: true });
  } catch (error) {
    throw unwritable(path, error);
  }
  let held = false;
  try {
    // A wait inside the system could not be stopped.
    while (!(held = await file.tryLock(true)) && wait) await pause(RETRY.here, signal);
  } catch (error) {
    file.close();
    if (error instanceof StoppedError) throw error;
    throw new LockError(
      `${path} cannot be locked (${
        (error as Error).message
      }), so that two commands could train the same run: choose another folder with ` +
        "--results, on a disk of this computer",
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
    return await lockFile(folder, { wait, signal });
  }
  return file;
}
