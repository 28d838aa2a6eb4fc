import { escapeMarkdown } from "./escape_markdown.ts";
import { visibleText } from "./visible_text.ts";

/** A sentence whose numbers come from the data: Markdown in a notebook, text elsewhere. */
export interface Statement {
  toString(): string;
  [key: symbol]: () => Record<string, string>;
}

/** Makes a {@linkcode Statement}: plain text, in which nothing is read as Markdown. */
export function statement(text: string): Statement {
  return {
    toString: () => text,
    [Symbol.for("Jupyter.display")]: () => ({
      "text/markdown": `**${escapeMarkdown(text)}**`,
      "text/plain": visibleText(text),
    }),
  };
}
