/** Type-checks and lints the code cells of all notebooks, and compares the notebooks that share cells. */
import { join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { FOLLOWERS, followSource, SOURCE } from "./notebooks/one_source.ts";
import { notebookSource } from "lib/study/report/notebook_source.ts";

const folder = join(projectFolder(), "notebooks");
const modules: string[] = [];
try {
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".ipynb")) continue;
    const path = join(folder, `.${name.replace(/\.ipynb$/, "")}.cells.ts`);
    await Deno.writeTextFile(path, notebookSource(await Deno.readTextFile(join(folder, name))));
    modules.push(path);
  }
  let sound = true;
  // A notebook's last expression is its output, and its parameters are assigned from outside.
  for (const args of [["check", ...modules], ["lint", "--rules-exclude=prefer-const", ...modules]]) {
    const { success } = await new Deno.Command(Deno.execPath(), { args: [args[0], "--quiet", ...args.slice(1)] })
      .spawn().status;
    sound &&= success;
  }
  const source = await Deno.readTextFile(join(folder, SOURCE));
  for (const name of FOLLOWERS) {
    const text = await Deno.readTextFile(join(folder, name));
    if (followSource(source, text) === text) continue;
    console.error(`notebooks/${name} differs from ${SOURCE}: run "deno run -A tasks/sync_notebooks.ts"`);
    sound = false;
  }
  if (!sound) Deno.exit(1);
  console.log(`Checked ${modules.length} notebooks`);
} finally {
  for (const path of modules) await Deno.remove(path).catch(() => {});
}
