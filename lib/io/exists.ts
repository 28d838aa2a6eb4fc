/** Returns whether a file or folder exists at a path and is accessible. */
export async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
