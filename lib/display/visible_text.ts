import { printable } from "./printable.ts";

/**
 * Escapes text from data as one line of a page, a drawing or a table: as {@linkcode printable}, with spaces for line
 * breaks and tabs. Characters that XML does not allow become the replacement character.
 *
 * @see Extensible Markup Language 1.0, fifth edition, 2.2 "Characters"
 */
export function visibleText(text: string): string {
  return printable(text.replace(/[\t\n\r]+/g, " ")).replace(/[\ufffe\uffff]/g, "\ufffd");
}
