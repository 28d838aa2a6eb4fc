import { glob } from "node:fs/promises";
import { dirname, join, parse, relative } from "node:path";
import { exists } from "lib/io/exists.ts";
import { ConfigError } from "lib/train/config_error.ts";

/** What a pattern such as `plates/*.tif` matches. */
export interface Matches {
  pattern: string;
  /** The deepest folder above the pattern that exists. */
  folder: string;
  /** Files and folders, in the order of their names. */
  paths: string[];
}

/** Characters that make a path a pattern. */
const PATTERN = /[*?[\]{}]/;

/** Returns the deepest folder that exists above a path. */
async function existingFolder(path: string): Promise<string> {
  let folder = dirname(path);
  while (folder !== dirname(folder) && !await exists(folder)) folder = dirname(folder);
  return folder;
}

/**
 * Finds what patterns such as `plates/*.tif` match. A path that exists is no pattern, whatever characters it has, and
 * stays as it is. Hidden files match only patterns that name them.
 *
 * @throws {ConfigError} if nothing matches a pattern.
 */
export async function expandGlobs(given: readonly string[]): Promise<(string | Matches)[]> {
  const expanded: (string | Matches)[] = [];
  for (const path of given) {
    const folder = await existingFolder(path);
    const pattern = relative(folder, path).replaceAll("\\", "/");
    if (!PATTERN.test(pattern) || await exists(path)) {
      expanded.push(path);
      continue;
    }
    // Shells pass a pattern on if nothing matches it.
    const found = await Array.fromAsync(glob(pattern, { cwd: folder }));
    const shown = found.filter((each) => !/(^|[/\\])\./.test(each) || /(^|\/)\./.test(pattern)).sort();
    if (shown.length === 0) throw new ConfigError(`Nothing matches ${path}: check the folder and the pattern`);
    const paths = shown.map((each) => folder === "." && !parse(path).root ? each : join(folder, each));
    expanded.push({ pattern: path, folder, paths });
  }
  return expanded;
}
