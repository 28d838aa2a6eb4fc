/**
 * Checks that the files of `lib` import only from the same layer or lower ones, and never in a circle.
 *
 *     deno run --allow-read tasks/check_layers.ts
 */
import { join, relative } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { importedPaths, layerProblems } from "./layers/layer_problems.ts";
import { LAYERS } from "./layers/layers.ts";

const folder = join(projectFolder(), "lib");
const graph = new Map<string, string[]>();
for (const entry of Deno.readDirSync(folder)) await addModules(join(folder, entry.name), entry.isDirectory);

async function addModules(path: string, isFolder: boolean): Promise<void> {
  if (isFolder) {
    for (const entry of Deno.readDirSync(path)) await addModules(join(path, entry.name), entry.isDirectory);
  } else if (path.endsWith(".ts")) {
    const name = relative(folder, path);
    graph.set(name, importedPaths(name, await Deno.readTextFile(path)));
  }
}

const problems = layerProblems(graph, LAYERS, ["mod.ts", "study/mod.ts"]);
for (const problem of problems) console.error(problem);
if (problems.length) Deno.exit(1);
console.log(`Checked the layers of ${graph.size} files`);
