/**
 * Runs a notebook headless, and stops at the first error.
 *
 *     deno task notebook NAME [-p key=value …] [--in-place]
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { projectFolder } from "lib/runtime/library.ts";
import { nearestWord } from "lib/train/config.ts";
import { fail } from "./fail.ts";
import { parseAssignments } from "./parse_assignments.ts";

const root = projectFolder();

async function notebookNames(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(join(root, "notebooks"))) {
    if (name.endsWith(".ipynb")) names.push(name.replace(/\.ipynb$/, ""));
  }
  return names.sort();
}

try {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: {
      parameter: { type: "string", short: "p", multiple: true, default: [] },
      "in-place": { type: "boolean", default: false },
    },
  });
  const known = await notebookNames();
  const name = (positionals[0] ?? "").replace(/^notebooks\//, "").replace(/\.ipynb$/, "");
  if (!known.includes(name)) {
    throw new RangeError(
      name
        ? `There is no notebook "${name}": did you mean ${nearestWord(name, known)}?`
        : `Name a notebook: ${known.join(", ")}`,
    );
  }
  const source = join(root, "notebooks", `${name}.ipynb`);
  const output = values["in-place"] ? source : join(root, "results/notebooks", `${name}.ipynb`);
  const { code } = await new Deno.Command(join(root, ".venv/bin/python"), {
    args: [
      join(root, "tasks/jupyter/run_notebook.py"),
      source,
      output,
      JSON.stringify(parseAssignments(values.parameter)),
    ],
    env: { JUPYTER_PREFER_ENV_PATH: "1" },
  }).spawn().status;
  if (code === 0) console.log(output);
  Deno.exit(code);
} catch (error) {
  fail(error);
}
