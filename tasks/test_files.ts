import { join } from "node:path";

/** A file with tests, and its tags. */
export interface TestFile {
  /** Path from the project's folder, such as `tests/nn/ops_test.ts`. */
  path: string;
  tags: string[];
}

/**
 * Reads the tags of a test file, the words after `// @tags` in its first line: `slow` if the file takes more than about
 * two seconds or needs other programs, `long` if it takes minutes.
 */
export function testTags(source: string): string[] {
  return source.match(/^\/\/ @tags ([\w ]+)\n/)?.[1].split(" ") ?? [];
}

/**
 * Lists the test files in a folder and its subfolders, sorted by path.
 *
 * @param root folder from which the paths start
 */
export function testFiles(root: string, folder = "tests"): TestFile[] {
  return [...Deno.readDirSync(join(root, folder))].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return testFiles(root, path);
    return name.endsWith("_test.ts") ? [{ path, tags: testTags(Deno.readTextFileSync(join(root, path))) }] : [];
  }).sort((a, b) => a.path < b.path ? -1 : 1);
}
