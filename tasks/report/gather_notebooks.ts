import { join } from "node:path";
import { partialName, removePartialFolders } from "lib/io/partial_files.ts";
import { projectFolder } from "lib/runs";
import type { ReportPlan } from "./choose_notebooks.ts";
import { type Notebook, withoutCells } from "./copy_notebook.ts";
import type { ExecutedNotebooks } from "./executed_notebooks.ts";
import { executeNotebook } from "./execute_notebook.ts";

/** Folder of the project's notebooks. */
export const NOTEBOOKS = join(projectFolder(), "notebooks");

/** Returns the names of the project's notebooks, sorted. */
export async function notebookNames(): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(NOTEBOOKS));
  return entries.filter(({ name }) => name.endsWith(".ipynb") && !name.startsWith("."))
    .map(({ name }) => name.replace(/\.ipynb$/, "")).sort();
}

const readNotebook = async (path: string): Promise<Notebook> => JSON.parse(await Deno.readTextFile(path));

/**
 * Returns the notebooks of a report with their outputs: the committed notebooks, or executed copies. The study keeps the
 * copies, so that an interrupted report continues.
 *
 * @param onNotebook called before each execution
 * @throws {NotebookError} if a cell fails; the message names notebook and cell.
 */
export async function gatherNotebooks(
  { notebooks }: ReportPlan,
  kept: ExecutedNotebooks,
  onNotebook: (name: string, number: number, count: number) => void = () => {},
): Promise<Map<string, Notebook>> {
  const gathered = new Map<string, Notebook>();
  // Cells can import `lib` only below the project's folder; git ignores names there that start with a dot.
  let folder: string | undefined;
  // Jobs on other computers may execute notebooks of the same project.
  await removePartialFolders(NOTEBOOKS, (name) => name.startsWith("report-"), true);
  try {
    for (const [i, { name, parameters, without }] of notebooks.entries()) {
      const committed = await readNotebook(join(NOTEBOOKS, `${name}.ipynb`));
      if (!parameters) {
        gathered.set(name, committed);
        continue;
      }
      const shown = without ? withoutCells(committed, without) : committed;
      const key = await kept.key(shown, parameters), known = await kept.read(name, key);
      if (known) {
        gathered.set(name, known);
        continue;
      }
      onNotebook(name, i + 1, notebooks.length);
      if (!folder) await Deno.mkdir(folder = join(NOTEBOOKS, partialName(`report-${crypto.randomUUID().slice(0, 8)}`)));
      const source = join(folder, `${name}.ipynb`), executed = join(folder, "executed", `${name}.ipynb`);
      await Deno.writeTextFile(source, JSON.stringify(shown));
      await executeNotebook(source, executed, parameters);
      const notebook = await readNotebook(executed);
      await kept.write(name, key, notebook);
      gathered.set(name, notebook);
    }
  } finally {
    if (folder) await Deno.remove(folder, { recursive: true });
  }
  return gathered;
}
