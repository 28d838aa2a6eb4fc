import { type Node, walk } from "./parse_cell.ts";

/** A variable that a cell declares for later cells. */
export interface Declared {
  kind: "const" | "let";
  name: string;
}

/** Returns the variables that a pattern binds. */
function boundNames(pattern: Node): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name as string];
    case "ObjectPattern":
      return (pattern.properties as Node[]).flatMap((property) =>
        boundNames((property.type === "RestElement" ? property : property.value) as Node)
      );
    case "ArrayPattern":
      return (pattern.elements as (Node | null)[]).flatMap((element) => element ? boundNames(element) : []);
    case "RestElement":
      return boundNames(pattern.argument as Node);
    case "AssignmentPattern":
      return boundNames(pattern.left as Node);
    default:
      return [];
  }
}

/**
 * Returns the `const` and `let` variables that a cell declares at its top level, except those that it reads before
 * their declaration, as in `let sum = sum + 1`.
 */
export function declaredNames(tree: Node): Declared[] {
  const declared: (Declared & { id: Node; until: number })[] = [];
  for (const statement of tree.body as Node[]) {
    const { kind } = statement;
    if (statement.type !== "VariableDeclaration" || (kind !== "const" && kind !== "let")) continue;
    for (const { id, end } of statement.declarations as (Node & { id: Node })[]) {
      for (const name of boundNames(id)) declared.push({ kind, name, id, until: end });
    }
  }
  const read = new Set<string>();
  walk(tree, (node) => {
    if (node.type !== "Identifier") return;
    for (const { name, id, until } of declared) {
      const isBound = id.start <= node.start && node.end <= id.end;
      if (node.name === name && node.end <= until && !isBound) read.add(name);
    }
  });
  return declared.filter(({ name }) => !read.has(name)).map(({ kind, name }) => ({ kind, name }));
}
