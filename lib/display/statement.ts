import { escapeMarkdown } from "./escape_markdown.ts";
import { visibleText } from "./visible_text.ts";

/** Text that is shown as Markdown in a notebook and as it is elsewhere. */
export interface Statement {
  toString(): string;
  [key: symbol]: () => Record<string, string>;
}

/** Makes a {@linkcode Statement} of plain text, in which nothing is read as Markdown. */
export function statement(text: string): Statement {
  return {
    toString: () => text,
    [Symbol.for("Jupyter.display")]: () => ({
      "text/markdown": `**${escapeMarkdown(text)}**`,
      "text/plain": visibleText(text),
    }),
  };
}
