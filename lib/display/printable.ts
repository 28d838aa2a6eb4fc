/**
 * What a terminal takes as a command or hides: control characters (ESC begins escape sequences), marks that turn the
 * direction of text (Unicode Standard Annex 9), separators of lines, and halves of a character.
 */
const UNSAFE = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

/**
 * A name from data (a file, a group, a cell of a table) as a terminal may show it: what would move the cursor, change
 * colours or turn the text around is written as `\x1b` or `\u202e`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { printable } from "lib/display/printable.ts";
 *
 * assert.equal(printable("a\x1b[2Jb.png"), "a\\x1b[2Jb.png");
 * ```
 */
export function printable(text: string): string {
  return text.replace(UNSAFE, escaped);
}

/** {@linkcode printable}, but the ends of lines and tabs stay. */
export function printableLines(text: string): string {
  return text.replace(UNSAFE, (character) => /[\n\t]/.test(character) ? character : escaped(character));
}
