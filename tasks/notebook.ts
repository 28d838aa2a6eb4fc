/** Runs a notebook headless, and stops at the first error: see `commands/notebook.ts`. */
import { basename, join } from "node:path";
import { projectFolder } from "lib/runtime/library.ts";
import type { LineFor } from "./commands/command.ts";
import { notebookCommand } from "./commands/notebook.ts";
import { checkNotebookParameters, findNotebook } from "./commands/notebook_parameters.ts";
import { runTask, task } from "./commands/task.ts";
import { say } from "./say.ts";

/** Does what a command line of `deno task notebook` says, and ends with its notebook. */
export async function notebook({ options, arguments: [name] }: LineFor<typeof notebookCommand>): Promise<void> {
  const root = projectFolder();
  const source = await findNotebook(name);
  const output = options["in-place"] ? source : join(root, "results/notebooks", basename(source));
  const parameters = await checkNotebookParameters(source, options.parameter);
  const { code } = await new Deno.Command(join(root, ".venv/bin/python"), {
    args: [join(root, "tasks/jupyter/run_notebook.py"), source, output, JSON.stringify(parameters)],
    env: { JUPYTER_PREFER_ENV_PATH: "1" },
  }).spawn().status;
  if (code === 0) say(output);
  Deno.exit(code);
}

if (import.meta.main) await runTask(task(notebookCommand, () => Promise.resolve(notebook)));
