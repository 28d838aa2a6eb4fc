import { stripTypeScriptTypes } from "node:module";
import * as acorn from "acorn";

/** A node of an ESTree syntax tree. Offsets are those of the cell's text. */
export type Node = acorn.Node & Record<string, unknown>;

/**
 * Parses a cell.
 *
 * @returns `undefined` for a syntax error, and for TypeScript syntax other than types, such as an enum
 */
export function parseCell(code: string): Node | undefined {
  try {
    // Types become spaces, so that offsets do not change.
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

/** Calls `visit` with a node and its descendants, in the order of the text. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, visit);
  }
}
