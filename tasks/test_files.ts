import { join } from "node:path";

/** A file with tests, and its tags. */
export interface TestFile {
  /** Path from the project's folder, such as `tests/nn/ops_test.ts`. */
  path: string;
  tags: string[];
}

/**
 * Reads the tags of a test file, the words after `// @tags` in its first line: `slow` if the file takes more than about
 * two seconds or needs other programs, `long` if it takes more than about 20 seconds, and `notebooks` if it runs the
 * project's notebooks.
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

/** Test files that run in one process. */
export interface TestGroup {
  paths: string[];
  /** Whether these are the quick tests, those without the tag `slow`. */
  quick: boolean;
  /** Whether TensorFlow gets one thread, as others compute at the same time, and not all as users give it. */
  oneThread: boolean;
}

/** The folders whose tests compare numbers of the runtime, of the networks and of training: with as many threads as users have. */
const ALL_THREADS = ["nn", "onnx", "tensorflow", "train"];

/**
 * Divides test files into groups for processes that run in parallel: each file with the tag `long`, the quick ones, and the
 * other slow ones by folder. Files that run the same notebooks are together, as a notebook has one executed copy.
 *
 * @returns groups in the order in which they should start, the longest first
 */
export function testGroups(files: readonly TestFile[]): TestGroup[] {
  const has = ({ tags }: TestFile, tag: string) => tags.includes(tag);
  const groups = Map.groupBy(files, (file) => {
    if (has(file, "notebooks")) return "notebooks";
    if (has(file, "long")) return file.path;
    return has(file, "slow") ? file.path.split("/")[1] : "quick";
  });
  const rank = (group: readonly TestFile[]) => has(group[0], "notebooks") ? 0 : has(group[0], "long") ? 1 : 2;
  return [...groups].sort(([, a], [, b]) => rank(a) - rank(b) || b.length - a.length).map(([name, group]) => ({
    paths: group.map(({ path }) => path),
    quick: name === "quick",
    oneThread: !group.some(({ path }) => ALL_THREADS.includes(path.split("/")[1])),
  }));
}
