import { contentEntity } from "./escape_html.ts";
import { visibleText } from "./visible_text.ts";

/**
 * Escapes text from data for a line of Markdown, also in a list or a table cell: nothing in it is read as Markdown,
 * HTML, an address or a formula.
 *
 * @see CommonMark 0.31, 2.4 "Backslash escapes"; GitHub Flavored Markdown 0.29, 4.10 "Tables" and 6.9 "Autolinks"
 */
export function escapeMarkdown(text: string): string {
  return visibleText(text).trim()
    // Entities come first: a backslash from data must not combine with the backslashes that are added below.
    .replace(/[&<>$\\]/g, contentEntity)
    .replace(/[`*_[\]{}|~]/g, "\\$&")
    .replace(/^(?:[-+=:#%(]|\d+(?=[.)]))/, (start) => /\d/.test(start) ? `${start}\\` : `\\${start}`)
    .replace(/:(?=\/\/)|@|(?<=\bwww)\./gi, contentEntity);
}
