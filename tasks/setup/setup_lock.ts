import { dirname } from "node:path";

/**
 * Locks set-up for this process, and waits while another process has the lock. The system frees the lock when the
 * process ends for any reason. If the disk has no file locks, nothing is locked.
 *
 * @param path path of the lock file, which is created
 * @param onWait called before waiting, with the id of the other process if known
 */
export async function lockSetup(path: string, onWait: (process: string) => void): Promise<Disposable> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const file = await Deno.open(path, { read: true, write: true, create: true });
  try {
    if (!(await file.tryLock(true))) {
      onWait((await Deno.readTextFile(path)).trim());
      await file.lock(true);
    }
    await file.truncate();
    await file.write(new TextEncoder().encode(`${Deno.pid}\n`));
  } catch (error) {
    // Some network disks have no locks. Set-up is then safe only if no other process runs it.
    if (
      !(error instanceof Error && "code" in error &&
        ["ENOLCK", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"].includes(`${error.code}`))
    ) {
      file.close();
      throw error;
    }
  }
  return { [Symbol.dispose]: () => file.close() };
}
