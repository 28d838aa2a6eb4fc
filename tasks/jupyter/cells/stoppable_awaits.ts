import { type Node, walk } from "./parse_cell.ts";

/** A text that is put into a cell. */
export interface Insertion {
  /** Offset in the cell's text. */
  at: number;
  text: string;
}

/**
 * Makes every `await x` of a cell end when the Stop button is pressed: it becomes `await __cell.wait(x)`, and
 * `for await (… of x)` becomes `for await (… of __cell.iterate(x))`.
 */
export function stoppableAwaits(tree: Node): Insertion[] {
  const insertions: Insertion[] = [];
  const wrap = (call: string, node: Node) =>
    insertions.push({ at: node.start, text: `__cell.${call}(` }, { at: node.end, text: ")" });
  walk(tree, (node) => {
    if (node.type === "AwaitExpression") wrap("wait", node.argument as Node);
    if (node.type === "ForOfStatement" && node.await) wrap("iterate", node.right as Node);
  });
  return insertions;
}

/** The text with the insertions. */
export function insert(text: string, insertions: readonly Insertion[]): string {
  let result = "", from = 0;
  for (const { at, text: part } of insertions.toSorted((a, b) => a.at - b.at)) {
    result += text.slice(from, at) + part;
    from = at;
  }
  return result + text.slice(from);
}
