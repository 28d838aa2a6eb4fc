import { join } from "node:path";

/**
 * The files with tests in a folder and its subfolders.
 *
 * @param root from which the paths go
 * @returns paths such as `tests/nn/predictor_test.ts`, sorted
 */
export function testFiles(root: string, folder = "tests"): string[] {
  const entries = [...Deno.readDirSync(join(root, folder))];
  return entries.flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? testFiles(root, path) : name.endsWith("_test.ts") ? [path] : [];
  }).sort();
}
