/**
 * Writes a table in Markdown.
 *
 * @param head names of the columns
 * @param rows cells that are Markdown already: escape texts of others with `escapeMarkdown`
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { markdownTable } from "lib/display/markdown_table.ts";
 *
 * assert.equal(markdownTable(["split", "images"], [["test", 40]]), "| split | images |\n| --- | --- |\n| test | 40 |");
 * ```
 */
export function markdownTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
