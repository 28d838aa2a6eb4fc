import { join } from "node:path";
import { projectFolder } from "lib/runs";
import { CommandError, runCommand } from "../setup/command.ts";
import { UserError } from "lib/io/user_error.ts";

/** Time limits of a cell and of a whole notebook in seconds: the notebooks of a report do not train. */
const CELL_SECONDS = 1800;
const NOTEBOOK_SECONDS = 7200;

/** Thrown when a notebook cannot be executed; the message names it and the cell. */
export class NotebookError extends UserError {
  override readonly name = "NotebookError";
}

/**
 * Executes all cells of a notebook in order.
 *
 * @param source path in the project's `notebooks/`, where cells can import `lib`
 * @param output path of the executed copy
 * @param parameters values for its cell tagged "parameters"
 * @throws {NotebookError} if a cell fails or takes too long.
 */
export async function executeNotebook(
  source: string,
  output: string,
  parameters: Record<string, unknown>,
): Promise<void> {
  const root = projectFolder();
  try {
    await runCommand(join(root, ".venv/bin/python"), [
      join(root, "tasks/jupyter/run_notebook.py"),
      source,
      output,
      JSON.stringify(parameters),
      String(CELL_SECONDS),
    ], {
      env: { JUPYTER_PREFER_ENV_PATH: "1" },
      seconds: NOTEBOOK_SECONDS,
      what: `The notebook ${source.split("/").at(-1)}`,
      wayOut: "leave it to a study with fewer images or runs",
    });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    // Before the error are a line per cell and the kernel's warnings, after it the path of the copy, which is removed.
    const lines = error.output.split("\n").filter((line) => !/^The executed copy is /.test(line));
    const start = Math.max(0, lines.findIndex((line) => / in cell \d+ of \d+/.test(line)));
    throw new NotebookError(
      `The report was not made, as a notebook failed: ${lines.slice(start).join("\n").trim()}`,
    );
  }
}
