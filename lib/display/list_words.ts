/** Made at the first use, which takes twenty milliseconds. */
let and: Intl.ListFormat | undefined;

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
  and ??= new Intl.ListFormat("en-GB", { type: "conjunction" });
  return and.format(words);
}
