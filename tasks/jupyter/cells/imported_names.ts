import type { Node } from "./parse_cell.ts";

/** A name that a cell imports, with its offset in the cell's text. */
export interface Imported {
  name: string;
  /** The module in the import statement. */
  module: string;
  at: number;
}

/** Returns the names that a cell imports from the library. */
export function importedNames(tree: Node): Imported[] {
  const imports = (tree.body as Node[]).filter((statement) =>
    statement.type === "ImportDeclaration" && /^lib(\/\w+)?$/.test((statement.source as Node).value as string)
  );
  return imports.flatMap(({ specifiers, source }) =>
    (specifiers as Node[]).filter(({ type }) => type === "ImportSpecifier").map(({ imported }) => ({
      name: (imported as Node).name as string,
      module: (source as Node).value as string,
      at: (imported as Node).start,
    }))
  );
}
