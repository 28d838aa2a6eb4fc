/** Runs a notebook headless, and stops at the first error: see `commands/notebook.ts`. */
import { basename, join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import type { LineFor } from "./commands/command.ts";
import { notebookCommand } from "./commands/notebook.ts";
import { checkNotebookParameters, findNotebook } from "./commands/notebook_parameters.ts";
import { runTask, task } from "./commands/task.ts";
import { say } from "./say.ts";
import { CommandError, runCommand } from "./setup/command.ts";

/** After how many seconds a notebook is ended: a cell of it may train for a night. */
const LONGEST_SECONDS = 24 * 3600;

/** Does what a command line of `deno task notebook` says, and ends with its notebook. */
export async function notebook({ options, arguments: [name] }: LineFor<typeof notebookCommand>): Promise<void> {
  const root = projectFolder();
  const source = await findNotebook(name);
  const output = options["in-place"] ? source : join(root, "results/notebooks", basename(source));
  const parameters = await checkNotebookParameters(source, options.parameter);
  const script = join(root, "tasks/jupyter/run_notebook.py");
  try {
    await runCommand(join(root, ".venv/bin/python"), [script, source, output, JSON.stringify(parameters)], {
      env: { JUPYTER_PREFER_ENV_PATH: "1" },
      seconds: LONGEST_SECONDS,
      what: `The notebook ${basename(source)}`,
      wayOut: "train with deno task train, which goes on where it was stopped, and run the notebook again",
      showErrors: true,
    });
  } catch (error) {
    // What a notebook says of its error has been shown.
    if (error instanceof CommandError) Deno.exit(1);
    throw error;
  }
  say(output);
}

if (import.meta.main) await runTask(task(notebookCommand, () => Promise.resolve(notebook)));
