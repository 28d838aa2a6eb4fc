import { stripTypeScriptTypes } from "node:module";
import * as acorn from "acorn";

/** A syntax tree, as ESTree has it. Offsets are those of the cell's own text. */
export type Node = acorn.Node & Record<string, unknown>;

/**
 * Parses a cell.
 *
 * @returns nothing where it has a syntax error, or syntax that is more than types, such as an enum
 */
export function parseCell(code: string): Node | undefined {
  try {
    // Types become spaces, so that every offset stays.
    const script = stripTypeScriptTypes(code);
    if (script.length !== code.length) return undefined;
    return acorn.parse(script, {
      ecmaVersion: "latest",
      sourceType: "module",
      allowAwaitOutsideFunction: true,
    }) as unknown as Node;
  } catch {
    return undefined;
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string";

/** Calls `visit` with a node and all below it, in the order of the text. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, visit);
  }
}
