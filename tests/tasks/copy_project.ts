import { join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";

/** Copies what commands consist of, without what set-up makes, to a folder. */
export async function copyProject(folder: string): Promise<void> {
  const copy = async (path: string): Promise<void> => {
    const from = join(projectFolder(), path), to = join(folder, path);
    if ((await Deno.stat(from)).isFile) return await Deno.copyFile(from, to);
    await Deno.mkdir(to, { recursive: true });
    for await (const { name } of Deno.readDir(from)) await copy(join(path, name));
  };
  for (const path of ["deno.json", "deno.lock", "lib", "tasks"]) await copy(path);
}
