import * as Plot from "@observablehq/plot";
import { SERIES } from "./palette.ts";

/** Names beside the right edge, in the colours of their lines. */
export function legend(names: readonly string[]): Plot.Markish {
  return names.map((name, i) =>
    Plot.text([name], {
      frameAnchor: "top-right",
      dx: 10,
      dy: 4 + 16 * i,
      textAnchor: "start",
      text: (each: string) => each,
      fill: SERIES[i % SERIES.length],
      fontWeight: "bold",
    })
  );
}
