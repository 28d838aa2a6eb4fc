/** An entry of a legend. */
export interface LegendEntry {
  text: string;
  /** Colour of the square in front of the text; none if it is absent. */
  color?: string;
}

/** Side of a legend's coloured square, and the space after it and after an entry. */
export const SQUARE = 11, SPACE = 6, GAP = 18;

/**
 * Breaks a legend into rows.
 *
 * @param textWidth returns the width of a text in pixels
 * @param width width of a row in pixels
 */
export function legendRows(
  entries: readonly LegendEntry[],
  textWidth: (text: string) => number,
  width: number,
): { entry: LegendEntry; left: number }[][] {
  const rows: { entry: LegendEntry; left: number }[][] = [[]];
  let left = 0;
  for (const entry of entries) {
    const size = (entry.color ? SQUARE + SPACE : 0) + textWidth(entry.text);
    if (left > 0 && left + size > width) {
      rows.push([]);
      left = 0;
    }
    rows.at(-1)!.push({ entry, left });
    left += size + GAP;
  }
  return rows;
}
