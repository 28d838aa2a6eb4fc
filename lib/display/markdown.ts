import type { Statement } from "./statement.ts";

/**
 * Shows Markdown in a notebook. Text from data needs `escapeMarkdown` first.
 *
 * @param text Markdown of the caller, such as the result of `methodsText` of `lib/study`
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { markdown } from "lib/display";
 *
 * assert.equal(String(markdown("**Methods.**")), "**Methods.**");
 * ```
 */
export function markdown(text: string): Statement {
  return {
    toString: () => text,
    [Symbol.for("Jupyter.display")]: () => ({ "text/markdown": text, "text/plain": text }),
  };
}
