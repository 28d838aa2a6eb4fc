const AND = new Intl.ListFormat("en-GB", { type: "conjunction" });

/**
 * Joins words as a sentence lists them, without a comma before the last.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { listWords } from "lib/display/list_words.ts";
 *
 * assert.equal(listWords(["BCE", "focal", "Dice"]), "BCE, focal and Dice");
 * ```
 */
export function listWords(words: Iterable<string>): string {
  return AND.format(words);
}
