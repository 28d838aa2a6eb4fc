/** Maximum number of further tries if other processes put a folder there at the same time. */
const RETRIES = 5;

/**
 * Replaces a folder by another. If several processes do so at once, the last one's folder remains.
 *
 * @param from the new folder, on the same disk
 * @param to the folder to replace; it need not exist
 */
export async function replaceFolder(from: string, to: string): Promise<void> {
  for (let left = RETRIES;; left--) {
    await Deno.remove(to, { recursive: true }).catch(() => {});
    try {
      return await Deno.rename(from, to);
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}
