import { createHash } from "node:crypto";
import { join } from "node:path";
import { once } from "../io/once.ts";
import { projectFolder } from "../tensorflow/ffi/library.ts";

/** Lists the files below a folder, sorted by path. */
async function listFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) files.push(...await listFiles(path));
    else files.push(path);
  }
  return files.sort();
}

/**
 * Returns a SHA-256 of the library's code and of the versions that it imports. Work that was saved half done is continued by
 * the same code only.
 */
export const codeDigest: () => Promise<string> = once(async () => {
  const root = projectFolder(), hash = createHash("sha256");
  for (const path of [join(root, "deno.json"), ...await listFiles(join(root, "lib"))]) {
    hash.update(path.slice(root.length)).update(await Deno.readFile(path));
  }
  return hash.digest("hex");
});
