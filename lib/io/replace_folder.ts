/** How often a folder that another process puts there at the same time is replaced again. */
const TRIES = 5;

/**
 * Puts a folder in the place of another, which is removed. Where several processes do so at once, the last one's stays.
 *
 * @param from the new folder, on the same disk
 * @param to the folder that is replaced; it need not exist
 */
export async function replaceFolder(from: string, to: string): Promise<void> {
  for (let left = TRIES;; left--) {
    await Deno.remove(to, { recursive: true }).catch(() => {});
    try {
      return await Deno.rename(from, to);
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}
