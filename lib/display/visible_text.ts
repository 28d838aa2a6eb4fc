import { printable } from "./printable.ts";

/**
 * Text from data as one line of a page, a drawing or a table: {@linkcode printable}, with spaces for line breaks and tabs. What is no
 * character of XML becomes a question mark.
 *
 * @see Extensible Markup Language 1.0, fifth edition, 2.2 "Characters"
 */
export function visibleText(text: string): string {
  return printable(text.replace(/[\t\n\r]+/g, " ")).replace(/[\ufffe\uffff]/g, "\ufffd");
}
