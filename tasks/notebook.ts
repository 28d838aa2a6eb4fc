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
import { CommandError, runCommand } from "./setup/command.ts";

/** After how many seconds a notebook is ended: a cell of it may train for a night. */
const LONGEST_SECONDS = 24 * 3600;

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
  await runCommand(join(root, ".venv/bin/python"), [
    join(root, "tasks/jupyter/run_notebook.py"),
    source,
    output,
    JSON.stringify(parseAssignments(values.parameter)),
  ], {
    env: { JUPYTER_PREFER_ENV_PATH: "1" },
    seconds: LONGEST_SECONDS,
    what: `The notebook ${name}`,
    wayOut: "run it in JupyterLab, or train with deno task train, which goes on where it was stopped",
    showErrors: true,
  });
  console.log(output);
} catch (error) {
  // What a notebook says of its error has been shown.
  if (error instanceof CommandError) Deno.exit(1);
  fail(error);
}
