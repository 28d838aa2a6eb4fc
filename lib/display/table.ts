import { escapeHtml } from "./escape_html.ts";
import { visibleText } from "./visible_text.ts";

/** A table, shown as HTML in a notebook and as aligned text in a terminal. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  toString(): string;
  [key: symbol]: () => Record<string, string>;
}

const isNumber = (text: string) => /^[−-]?[\d.,]+( ?[%s]| ms| MB)?$/.test(text);

/** Makes a table. Numbers have `digits` decimals (default 3), integers none. A table without rows shows "none". */
export function table(
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  { digits = 3 } = {},
): Table {
  const head = columns.map(visibleText);
  const text = rows.map((row) =>
    row.map((cell) =>
      typeof cell === "string"
        ? visibleText(cell)
        : Number.isInteger(cell)
        ? cell.toLocaleString("en")
        : cell.toFixed(digits)
    )
  );
  // A column that also holds words is aligned to the left, so that its cells begin in one place.
  const isNumeric = head.map((_, i) => text.every((row) => isNumber(row[i]) || row[i] === "–" || row[i] === ""));
  const isRight = (cell: string, i: number) => isNumeric[i] && isNumber(cell);
  const widths = head.map((name, i) => Math.max(name.length, ...text.map((row) => row[i].length)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => isRight(cell, i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])).join("  ").trimEnd();
  const asText = () =>
    [
      line(head),
      widths.map((width) => "─".repeat(width)).join("  "),
      ...(text.length ? text.map(line) : ["none"]),
    ].join("\n");
  const asHtml = () => {
    const cells = (tag: string, row: readonly string[]) =>
      row.map((cell, i) =>
        `<${tag} style="text-align:${isRight(cell, i) ? "right" : "left"}">${escapeHtml(cell)}</${tag}>`
      )
        .join("");
    return `<table><thead><tr>${cells("th", head)}</tr></thead><tbody>${
      text.length
        ? text.map((row) => `<tr>${cells("td", row)}</tr>`).join("")
        : `<tr><td colspan="${columns.length}" style="text-align:left">none</td></tr>`
    }</tbody></table>`;
  };
  const shown: Table = {
    columns: head,
    rows: text,
    toString: asText,
    [Symbol.for("Jupyter.display")]: () => ({ "text/html": asHtml(), "text/plain": asText() }),
  };
  // console.log shows the text too.
  return Object.defineProperty(shown, Symbol.for("Deno.customInspect"), { value: asText });
}
