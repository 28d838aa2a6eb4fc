import { dirname } from "node:path";

/**
 * Holds set-up for this process, and waits while another has it. The system frees it when the process ends, however it
 * ends. Where the disk has no file locks nothing is held.
 *
 * @param path of the lock's file, which is made
 * @param onWait called with the other process's number, where it is known, before waiting
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
    // Some network disks have no locks: set-up is then as safe as one that nobody else runs.
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
