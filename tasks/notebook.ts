/** Runs a notebook headless, and stops at the first error: see `commands/notebook.ts`. */
import { basename, join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import type { LineFor } from "./commands/command.ts";
import { notebookCommand } from "./commands/notebook.ts";
import { checkNotebookParameters, findNotebook } from "./commands/notebook_parameters.ts";
import { runTask, task } from "./commands/task.ts";
import { say } from "./say.ts";
import { CommandError, runCommand } from "./setup/command.ts";

/** Time limit of a notebook in seconds: a cell may train for a night. */
const LONGEST_SECONDS = 24 * 3600;

/** Runs a command line of `deno task notebook`, and exits when the notebook ends. */
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
      wayOut: "train with deno task train, which can be stopped and resumed, and run the notebook again",
      showErrors: true,
    });
  } catch (error) {
    // The notebook's error has already been shown.
    if (error instanceof CommandError) Deno.exit(1);
    throw error;
  }
  say(output);
}

if (import.meta.main) await runTask(task(notebookCommand, () => Promise.resolve(notebook)));
