import { join } from "node:path";
import { z } from "zod";
import { partialName } from "../io/partial_files.ts";
import { replaceText } from "../io/replace_file.ts";

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
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    return Owner.parse(JSON.parse(await Deno.readTextFile(path)));
  } catch {
    return undefined;
  }
}

/** Returns the age of a file's last change, in milliseconds of the file server's clock. */
async function ageInFolder(folder: string, path: string): Promise<number> {
  const probe = join(folder, partialName("clock"));
  await Deno.writeTextFile(probe, "");
  try {
    const [now, then] = await Promise.all([Deno.stat(probe), Deno.stat(path)]);
    return (now.mtime?.getTime() ?? 0) - (then.mtime?.getTime() ?? 0);
  } finally {
    await Deno.remove(probe).catch(() => {});
  }
}

/** Changes the time of the owner's file to that of the file server's clock. It writes what the file holds already. */
async function signOfLife(path: string, text: string, isHeld: () => Promise<boolean>): Promise<void> {
  if (!await isHeld()) return;
  using file = await Deno.open(path, { write: true });
  await file.write(new TextEncoder().encode(text));
}

/**
 * Records this process as the holder of a folder, for file systems on which the system's locks do not reach other
 * computers. The caller holds the system's lock, so that a recorded holder on this computer is dead. A holder on another
 * computer is dead if it has given no sign of life for {@linkcode SILENCE}: process numbers of other computers cannot be
 * checked.
 *
 * @param host name of this computer
 * @returns the ownership, or the holder on another computer
 */
export async function own(folder: string, host = Deno.hostname()): Promise<Ownership | OtherHolder> {
  const path = join(folder, OWNER);
  const mine: Owner = { host, pid: Deno.pid, token: crypto.randomUUID() };
  const text = JSON.stringify(mine) + "\n";
  const isHeld = async () => (await readOwner(path))?.token === mine.token;
  try {
    // Creating a file that must not exist is atomic on every shared file system.
    await Deno.writeTextFile(path, text, { createNew: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    // A file without content is being written by its holder.
    const holder = await readOwner(path) ?? { host: "another computer", pid: 0, token: "" };
    if (holder.host !== host) {
      // The holder may end while its file is looked at.
      const silent = await ageInFolder(folder, path).catch(() => SILENCE);
      if (silent < SILENCE) return { host: holder.host, pid: holder.pid, silent };
    }
    await replaceText(path, text);
    // Two computers may replace the file of a dead holder at once: the last one stays.
    if (holder.host !== host) await new Promise((resolve) => setTimeout(resolve, 2000));
    const now = await readOwner(path);
    if (now && now.token !== mine.token) return { host: now.host, pid: now.pid, silent: 0 };
  }
  const beat = setInterval(() => void signOfLife(path, text, isHeld).catch(() => {}), BEAT);
  Deno.unrefTimer(beat);
  return {
    isHeld,
    [Symbol.dispose]() {
      clearInterval(beat);
      try {
        const { token } = JSON.parse(Deno.readTextFileSync(path));
        if (token === mine.token) Deno.removeSync(path);
      } catch {
        // The folder may be gone: see `removeUnstarted`.
      }
    },
  };
}
