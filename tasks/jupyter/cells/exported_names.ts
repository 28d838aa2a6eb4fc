import { dirname, join } from "node:path";

const COMMENTS = /\/\*[^]*?\*\/|^\s*\/\/.*$/gm;
const EXPORTS = new RegExp(
  [
    /export\s+(?:type\s+)?\{(?<list>[^}]*)\}/,
    /export\s+\*\s+as\s+(?<namespace>[\w$]+)/,
    /export\s+\*\s+from\s+"(?<all>\.[^"]+)"/,
    /export\s+(?:declare\s+|abstract\s+|async\s+)*(?:function\*?|const|let|class|interface|type|enum|namespace)\s+(?<declared>[\w$]+)/,
  ].map(({ source }) => source).join("|"),
  "g",
);

/**
 * Returns the names that a module exports, including types, from its text. This takes a few milliseconds, while loading
 * or documenting the module takes seconds.
 *
 * @param path path of a module formatted by `deno fmt`
 */
export async function exportedNames(path: string): Promise<Set<string>> {
  const names = new Set<string>();
  const text = (await Deno.readTextFile(path)).replaceAll(COMMENTS, "");
  for (const { groups } of text.matchAll(EXPORTS)) {
    const { list, namespace, all, declared } = groups!;
    for (const part of list?.split(",") ?? []) {
      const name = part.trim().split(/\s+/).at(-1)!;
      if (name) names.add(name);
    }
    if (namespace ?? declared) names.add(namespace ?? declared);
    if (all) { for (const name of await exportedNames(join(dirname(path), all))) names.add(name); }
  }
  return names;
}
