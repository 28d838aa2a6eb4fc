import { join } from "node:path";
import { projectFolder } from "lib/runs";
import { CommandError, runCommand } from "../setup/command.ts";
import { UserError } from "lib/io/user_error.ts";

/** Seconds that a cell may take, and a whole notebook: a report's notebooks train nothing. */
const CELL_SECONDS = 1800;
const NOTEBOOK_SECONDS = 7200;

/** Thrown when a notebook cannot be executed; the message names it and the cell. */
export class NotebookError extends UserError {
  override readonly name = "NotebookError";
}

/**
 * Executes a notebook from its first to its last cell.
 *
 * @param source in the project's `notebooks/`, where cells find `lib`
 * @param output path of the executed copy
 * @param parameters of its cell tagged "parameters"
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
    // Before it come a line per cell and the kernel's warnings, after it where the copy lies, which is removed.
    const lines = error.output.split("\n").filter((line) => !/^The executed copy is /.test(line));
    const start = Math.max(0, lines.findIndex((line) => / in cell \d+ of \d+/.test(line)));
    throw new NotebookError(
      `The report was not made, since a notebook failed: ${lines.slice(start).join("\n").trim()}`,
    );
  }
}
