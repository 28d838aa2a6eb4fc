import { join } from "node:path";

/** A file with tests, and its tags. */
export interface TestFile {
  /** From the project's folder on, such as `tests/nn/ops_test.ts`. */
  path: string;
  tags: string[];
}

/**
 * The words that a test file's first line gives after `// @tags`: `slow` where the file takes more than about two seconds
 * or needs other programs, `long` where it takes minutes.
 */
export function testTags(source: string): string[] {
  return source.match(/^\/\/ @tags ([\w ]+)\n/)?.[1].split(" ") ?? [];
}

/**
 * The files with tests in a folder and its subfolders, sorted by path.
 *
 * @param root from which the paths go
 */
export function testFiles(root: string, folder = "tests"): TestFile[] {
  return [...Deno.readDirSync(join(root, folder))].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return testFiles(root, path);
    return name.endsWith("_test.ts") ? [{ path, tags: testTags(Deno.readTextFileSync(join(root, path))) }] : [];
  }).sort((a, b) => a.path < b.path ? -1 : 1);
}
