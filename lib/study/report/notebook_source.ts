import { z } from "zod";

const Notebook = z.object({
  cells: z.array(z.object({
    cell_type: z.string(),
    id: z.string().optional(),
    source: z.union([z.string(), z.array(z.string())]),
  })),
});

/**
 * Joins the code cells of a notebook to one module, for `deno check` and `deno lint`. A comment in front of each cell
 * names it.
 *
 * @param text text of the .ipynb file
 * @throws {SyntaxError} if it is not a notebook.
 */
export function notebookSource(text: string): string {
  const result = Notebook.safeParse(JSON.parse(text));
  if (!result.success) throw new SyntaxError(`not a notebook: ${result.error.issues[0].message}`);
  const code = result.data.cells.filter(({ cell_type }) => cell_type === "code");
  return code.map(({ id, source }, i) => {
    const lines = typeof source === "string" ? source : source.join("");
    return `// cell ${i + 1}${id ? ` (${id})` : ""}\n${lines}\n`;
  }).join("\n") + "export {};\n";
}
