import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { partialName } from "../io/partial_files.ts";
import { replaceText, writeAll } from "../io/replace_file.ts";

/** The file that names the holder of a folder's lock. It exists while the folder is locked. */
export const OWNER = "lock.owner";

/** Schema of the file {@linkcode OWNER}. */
const Owner = z.object({
  host: z.string(),
  pid: z.int(),
  /** A random text that no other process has. */
  token: z.string(),
});
type Owner = z.output<typeof Owner>;

/** Milliseconds between two signs of life of a lock's holder. */
const BEAT = 15_000;

/**
 * Milliseconds after its last sign of life from which a holder on another computer counts as dead. It is much longer
 * than {@linkcode BEAT}, because a process that compiles a network is silent for a while.
 */
export const SILENCE = 180_000;

/** Milliseconds after which a file that could not be read is read again. */
const RETRY = 1000;

/**
 * Writes the file {@linkcode OWNER}, which must not exist. A file that a full disk leaves without content is removed: it
 * would count as another computer's.
 */
async function createOwner(path: string, text: string): Promise<void> {
  // Creating a file that must not exist is atomic on every shared file system.
  using file = await Deno.open(path, { write: true, createNew: true });
  try {
    await writeAll(file, new TextEncoder().encode(text));
  } catch (error) {
    await Deno.remove(path).catch(() => {});
    throw error;
  }
}

/** A lock's holder on another computer. */
export interface OtherHolder {
  host: string;
  pid: number;
  /** Milliseconds since its last sign of life. */
  silent: number;
}

/** A folder that this process holds. */
export interface Ownership extends Disposable {
  /** Returns whether this process still holds the folder: another computer takes it from a process that was suspended. */
  isHeld(): Promise<boolean>;
  /** Aborted soon after another computer has taken the folder. */
  lost: AbortSignal;
}

/** Options of {@linkcode takeOwnership}. */
export interface OwnershipOptions {
  /** Name of this computer. Default: the one that the system reports. */
  host?: string;
  /** Milliseconds between two signs of life. Default: {@linkcode BEAT}. */
  beat?: number;
}

/**
 * Reads a file {@linkcode OWNER}.
 *
 * @returns `undefined` if there is none, `"unknown"` if it cannot be read or is being written
 */
async function readOwner(path: string): Promise<Owner | undefined | "unknown"> {
  try {
    return Owner.parse(JSON.parse(await Deno.readTextFile(path)));
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? undefined : "unknown";
  }
}

/**
 * Returns for how long a holder has been silent, in milliseconds of the file server's clock: 0 if that cannot be found
 * out, since only a known silence makes a holder dead. The holder may remove the file that asks for the time.
 *
 * @param path the holder's file
 * @returns `undefined` if the holder has freed the folder
 */
async function silentTime(folder: string, path: string): Promise<number | undefined> {
  let then: Deno.FileInfo;
  try {
    then = await Deno.stat(path);
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? undefined : 0;
  }
  // Processes of two computers may have the same number.
  const probe = join(folder, partialName(`clock-${crypto.randomUUID()}`));
  try {
    await Deno.writeTextFile(probe, "");
    const now = await Deno.stat(probe);
    return then.mtime && now.mtime ? now.mtime.getTime() - then.mtime.getTime() : 0;
  } catch {
    return 0;
  } finally {
    await Deno.remove(probe).catch(() => {});
  }
}

/**
 * Changes the time of the owner's file to that of the file server's clock. It writes what the file holds already. If
 * another computer replaces the file meanwhile, the write goes to the file that was replaced.
 */
async function signOfLife(path: string, text: string): Promise<void> {
  using file = await Deno.open(path, { read: true, write: true });
  const bytes = new Uint8Array(2 * text.length), length = await file.read(bytes) ?? 0;
  if (new TextDecoder().decode(bytes.subarray(0, length)) !== text) return;
  await file.seek(0, Deno.SeekMode.Start);
  await file.write(new TextEncoder().encode(text));
}

/**
 * Records this process as the holder of a folder, for file systems on which the system's locks do not reach other
 * computers. The caller holds the system's lock, so that a recorded holder on this computer is dead. A holder on another
 * computer is dead if it has given no sign of life for {@linkcode SILENCE}: process numbers of other computers cannot be
 * checked.
 *
 * @returns the ownership, or the holder on another computer
 */
export async function takeOwnership(
  folder: string,
  { host = Deno.hostname(), beat = BEAT }: OwnershipOptions = {},
): Promise<Ownership | OtherHolder> {
  const path = join(folder, OWNER);
  const mine: Owner = { host, pid: Deno.pid, token: crypto.randomUUID() };
  const text = JSON.stringify(mine) + "\n";
  while (true) {
    try {
      await createOwner(path, text);
      break;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
    const found = await readOwner(path);
    // A file without content is being written by its holder.
    const holder = found === undefined || found === "unknown" ? { host: "another computer", pid: 0, token: "" } : found;
    if (holder.host !== host) {
      const silent = await silentTime(folder, path);
      // The holder may end while its file is looked at.
      if (silent === undefined) continue;
      if (silent < SILENCE) return { host: holder.host, pid: holder.pid, silent };
    }
    await replaceText(path, text);
    // Two computers may replace the file of a dead holder at once: the last one stays.
    if (holder.host !== host) await delay(2000);
    const now = await readOwner(path);
    if (now === undefined) continue;
    if (now === "unknown") return { host: "another computer", pid: 0, silent: 0 };
    if (now.token !== mine.token) return { host: now.host, pid: now.pid, silent: 0 };
    break;
  }
  const lost = new AbortController();
  const look = async () => {
    const owner = await readOwner(path);
    return owner === "unknown" ? owner : owner?.token === mine.token ? "held" : "lost";
  };
  const timer = setInterval(async () => {
    const state = await look();
    if (state === "lost") lost.abort();
    else if (state === "held") await signOfLife(path, text).catch(() => {});
  }, beat);
  Deno.unrefTimer(timer);
  return {
    async isHeld() {
      let state = await look();
      for (let tries = 0; state === "unknown" && tries < 3; tries++) {
        await delay(RETRY);
        state = await look();
      }
      return state === "held";
    },
    lost: lost.signal,
    [Symbol.dispose]() {
      clearInterval(timer);
      try {
        const { token } = JSON.parse(Deno.readTextFileSync(path));
        if (token === mine.token) Deno.removeSync(path);
      } catch {
        // The folder may be gone: see `removeUnstarted`.
      }
    },
  };
}
