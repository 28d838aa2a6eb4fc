import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const { exports }: { exports: Record<string, string> } = JSON.parse(Deno.readTextFileSync(join(root, "deno.json")));

/** The library's entries by their names in imports, with their files. */
export const ENTRIES: ReadonlyMap<string, string> = new Map(
  Object.entries(exports).map(([name, path]) => [name.replace(/^\./, "lib"), join(root, path)]),
);
const CACHE = join(root, ".cache/library_names.json");

/** The names that the entries of `lib` export, with their types and documentation from `deno doc`. */
export type LibraryNames = ReadonlyMap<string, string>;

/** Returns a stamp that changes with any file of the library. */
async function libraryStamp(folder = join(root, "lib")): Promise<string> {
  let newest = 0, files = 0;
  const visit = async (folder: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      const path = join(folder, name);
      if (isDirectory) await visit(path);
      else if (name.endsWith(".ts")) {
        newest = Math.max(newest, (await Deno.stat(path)).mtime?.getTime() ?? 0);
        files++;
      }
    }
  };
  await visit(folder);
  return `${files} ${newest} ${root}`;
}

/** Splits the output of `deno doc` for a module into entries. */
export function parseDocumentation(text: string): LibraryNames {
  const names = new Map<string, string>();
  for (const part of text.split(/^Defined in .*$/m).slice(1)) {
    const entry = part.trim().replaceAll(/\n{3,}/g, "\n\n");
    const name = /^(?:declare |abstract |async )*(?:function\*?|class|const|let|interface|type|namespace|enum) ([\w$]+)/
      .exec(entry)?.[1];
    if (!name) continue;
    // A name can be both a value and a type, and several entries can have it.
    const known = names.get(name);
    if (known?.includes(entry)) continue;
    names.set(name, known ? `${known}\n\n${entry}` : entry);
  }
  return names;
}

/** Returns the names of `lib`, from the cache if no file has changed; otherwise this takes some seconds. */
export async function libraryNames(): Promise<LibraryNames> {
  const stamp = await libraryStamp();
  try {
    const { made, names } = JSON.parse(await Deno.readTextFile(CACHE));
    if (made === stamp) return new Map(names);
  } catch {
    // not created yet
  }
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--quiet", ...ENTRIES.values()],
    cwd: root,
    env: { NO_COLOR: "1" },
    stderr: "null",
  }).output();
  const names = parseDocumentation(new TextDecoder().decode(stdout));
  if (success && names.size > 0) {
    try {
      await Deno.mkdir(dirname(CACHE), { recursive: true });
      await Deno.writeTextFile(`${CACHE}.${Deno.pid}`, JSON.stringify({ made: stamp, names: [...names] }));
      await Deno.rename(`${CACHE}.${Deno.pid}`, CACHE);
    } catch {
      // If the folder cannot be written, this takes some seconds each time.
    }
  }
  return names;
}
