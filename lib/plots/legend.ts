import * as Plot from "@observablehq/plot";
import { SERIES_COLORS } from "./palette.ts";

/** Makes a legend to the right of the frame, one text per row, each in its colour. */
function rightLegend(entries: readonly { text: string; color: string }[]): Plot.Markish {
  return entries.map(({ text, color }, i) =>
    Plot.text([text], {
      frameAnchor: "top-right",
      dx: 10,
      dy: 4 + 16 * i,
      textAnchor: "start",
      text: (each: string) => each,
      fill: color,
      fontWeight: "bold",
    })
  );
}

/** Makes a legend to the right of the frame, one name per row, each in the colour of its line. */
export function legend(names: readonly string[]): Plot.Markish {
  return rightLegend(names.map((text, i) => ({ text, color: SERIES_COLORS[i % SERIES_COLORS.length] })));
}

/** A line of a chart: its name and how it is drawn. */
export interface LineStyle {
  name: string;
  color: string;
  /** Whether the line is dashed. */
  dashed: boolean;
}

/** Makes a legend to the right of the frame, with a piece of each line in front of its name. */
export function lineLegend(lines: readonly LineStyle[]): Plot.Markish {
  return rightLegend(lines.map(({ name, color, dashed }) => ({ text: `${dashed ? "╌╌" : "──"} ${name}`, color })));
}

/** Makes a legend above the frame, in one row, each name in the colour of its bars. */
export function legendRow(names: readonly string[]): Plot.Markish {
  // At about 8 pixels a letter.
  const starts = names.map((_, i) => names.slice(0, i).reduce((sum, { length }) => sum + 16 + 8 * length, 0));
  return names.map((name, i) =>
    Plot.text([name], {
      frameAnchor: "top-left",
      dx: starts[i],
      dy: -20,
      textAnchor: "start",
      text: (each: string) => each,
      fill: SERIES_COLORS[i % SERIES_COLORS.length],
      fontWeight: "bold",
    })
  );
}
