import { type Node, walk } from "./parse_cell.ts";

/** A text to insert into a cell. */
export interface Insertion {
  /** Offset in the cell's text. */
  at: number;
  text: string;
}

/**
 * Returns the insertions that make a cell obey the Stop button. Every `await x` becomes `await __cell.wait(x)`, and
 * `for await (… of x)` becomes `for await (… of __cell.iterate(x))`. After the last import the cell reports that its
 * modules are loaded. Before that the kernel must not be interrupted, as it would keep a module that is only partly
 * loaded.
 */
export function stopInsertions(tree: Node): Insertion[] {
  const insertions: Insertion[] = [];
  const wrap = (call: string, node: Node) =>
    insertions.push({ at: node.start, text: `__cell.${call}(` }, { at: node.end, text: ")" });
  walk(tree, (node) => {
    if (node.type === "AwaitExpression") wrap("wait", node.argument as Node);
    if (node.type === "ForOfStatement" && node.await) wrap("iterate", node.right as Node);
  });
  const lastImport = (tree.body as Node[]).findLast(({ type }) => type === "ImportDeclaration");
  if (lastImport) insertions.push({ at: lastImport.end, text: "; __cell.imported();" });
  return insertions;
}

/** Returns the text with the insertions. */
export function insert(text: string, insertions: readonly Insertion[]): string {
  let result = "", from = 0;
  for (const { at, text: part } of insertions.toSorted((a, b) => a.at - b.at)) {
    result += text.slice(from, at) + part;
    from = at;
  }
  return result + text.slice(from);
}
