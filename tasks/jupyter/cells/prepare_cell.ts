import { type CellError, errorAt } from "./cell_error.ts";
import { type Declared, declaredNames } from "./declared_names.ts";
import { explainUnknown } from "./explain_unknown.ts";
import { importedNames } from "./imported_names.ts";
import { type Node, parseCell } from "./parse_cell.ts";
import { insert, stopInsertions } from "./stop_insertions.ts";

/** A cell prepared for the kernel. */
export interface PreparedCell {
  code?: string;
  /** Code that the kernel runs silently before the cell. */
  before?: string;
  /** Whether the code reports when its modules are loaded. */
  imports?: boolean;
  /** The reason why the cell is not run. */
  error?: CellError;
}

/**
 * Prepares a cell for the kernel. Its awaits obey the Stop button. The variables that it declares again lose their old
 * values first, so that a stopped cell leaves nothing that looks like its result. An unknown name imported from an
 * entry of `lib` is an error, as the kernel would give it the value `undefined`. A cell that cannot be parsed is not
 * changed.
 *
 * @param declared names that earlier cells declared, to which those of this cell are added
 * @param exported returns the names that each entry of the library exports; called only for a cell that imports from it
 */
export async function prepareCell(
  code: string,
  declared: Map<string, Declared["kind"]>,
  exported: () => Promise<ReadonlyMap<string, ReadonlySet<string>>>,
): Promise<PreparedCell> {
  const tree = parseCell(code);
  if (!tree) return {};
  const imported = importedNames(tree);
  if (imported.length > 0) {
    const entries = await exported();
    const unknown = imported.find(({ name, module }) => entries.get(module)?.has(name) === false);
    if (unknown) return { error: errorAt(code, unknown.at, "ImportError", explainUnknown(unknown, entries)) };
  }
  const names = declaredNames(tree);
  const again = names.filter(({ kind, name }) => declared.get(name) === kind);
  for (const { kind, name } of names) declared.set(name, kind);
  const before = again.map(({ kind, name }) => `${kind} ${name} = __cell.unset(${JSON.stringify(name)});`).join(" ");
  const imports = (tree.body as Node[]).some(({ type }) => type === "ImportDeclaration");
  return { code: insert(code, stopInsertions(tree)), ...(imports && { imports }), ...(before && { before }) };
}
