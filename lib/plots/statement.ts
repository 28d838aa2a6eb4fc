/** A sentence whose numbers come from the data: Markdown in a notebook, text elsewhere. */
export interface Statement {
  toString(): string;
  [key: symbol]: () => Record<string, string>;
}

/** Makes a {@linkcode Statement}. */
export function statement(text: string): Statement {
  return {
    toString: () => text,
    [Symbol.for("Jupyter.display")]: () => ({ "text/markdown": `**${text}**`, "text/plain": text }),
  };
}
