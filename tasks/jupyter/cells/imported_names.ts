import type { Node } from "./parse_cell.ts";

/** A name that a cell imports, with its offset in the cell's text. */
export interface Imported {
  name: string;
  at: number;
}

/** Returns the names that a cell imports from a module. */
export function importedNames(tree: Node, module: string): Imported[] {
  const imports = (tree.body as Node[]).filter((statement) =>
    statement.type === "ImportDeclaration" && (statement.source as Node).value === module
  );
  return imports.flatMap(({ specifiers }) =>
    (specifiers as Node[]).filter(({ type }) => type === "ImportSpecifier").map(({ imported }) => ({
      name: (imported as Node).name as string,
      at: (imported as Node).start,
    }))
  );
}
