/**
 * Characters that a terminal interprets or hides: control characters (ESC starts escape sequences), marks that change
 * the direction of text (Unicode Standard Annex 9), line separators, and unpaired surrogates.
 */
const UNSAFE = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

/**
 * Escapes a name from data (of a file or a group, or a table cell) for a terminal. Characters that would move the
 * cursor, change colours or reverse text are written as `\x1b` or `\u202e`.
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

/** Escapes text as {@linkcode printable}, but keeps line breaks and tabs. */
export function printableLines(text: string): string {
  return text.replace(UNSAFE, (character) => /[\n\t]/.test(character) ? character : escaped(character));
}
