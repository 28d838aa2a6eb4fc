/** A table that a notebook shows as HTML and a terminal as aligned text. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  toString(): string;
  [key: symbol]: () => Record<string, string>;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const isNumber = (text: string) => /^[−-]?[\d.,]+( ?[%s]| ms| MB)?$/.test(text);

/** Makes a table; numbers are shown with `digits` decimals (3), integers without. */
export function table(
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  { digits = 3 } = {},
): Table {
  const text = rows.map((row) =>
    row.map((cell) =>
      typeof cell === "string" ? cell : Number.isInteger(cell) ? cell.toLocaleString("en") : cell.toFixed(digits)
    )
  );
  const widths = columns.map((name, i) => Math.max(name.length, ...text.map((row) => row[i].length)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => isNumber(cell) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])).join("  ").trimEnd();
  const asText = () =>
    [line(columns), widths.map((width) => "─".repeat(width)).join("  "), ...text.map(line)].join("\n");
  const asHtml = () => {
    const cells = (tag: string, row: readonly string[]) =>
      row.map((cell) => `<${tag} style="text-align:${isNumber(cell) ? "right" : "left"}">${escapeHtml(cell)}</${tag}>`)
        .join("");
    return `<table><thead><tr>${cells("th", columns)}</tr></thead><tbody>${
      text.map((row) => `<tr>${cells("td", row)}</tr>`).join("")
    }</tbody></table>`;
  };
  return {
    columns,
    rows: text,
    toString: asText,
    [Symbol.for("Jupyter.display")]: () => ({ "text/html": asHtml(), "text/plain": asText() }),
  };
}
