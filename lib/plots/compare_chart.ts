import * as Plot from "@observablehq/plot";
import { listWords } from "../display/list_words.ts";
import { chart } from "./chart.ts";
import type { Figure } from "./figure.ts";
import { legend } from "./legend.ts";
import { SERIES_COLORS } from "./palette.ts";
import { widestText } from "./text_lines.ts";

/** A named series of values. */
export interface Series {
  name: string;
  values: readonly number[];
}

/** Draws the distributions of several series, each as shares of its values. */
export function compareDistributions(
  series: readonly Series[],
  { label, bins = 30, domain }: { label: string; bins?: number; domain?: readonly [number, number] },
): Figure {
  let low = domain?.[0] ?? Infinity, high = domain?.[1] ?? -Infinity;
  for (const { values } of domain ? [] : series) {
    for (const value of values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  const step = (high - low) / bins || 1;
  const points = series.flatMap(({ name, values }) => {
    const counts = new Float64Array(bins);
    for (const value of values) counts[Math.max(0, Math.min(bins - 1, Math.floor((value - low) / step)))]++;
    return Array.from(counts, (count, i) => ({ name, x: low + (i + 0.5) * step, share: count / values.length }));
  });
  const title = `How does the ${label} differ?`;
  return chart({
    title,
    description: `${title} Distributions of ${listWords(series.map(({ name }) => name))}`,
    width: 560,
    height: 240,
    marginTop: 28,
    marginRight: 20 + widestText(series.map(({ name }) => name), { size: 12, bold: true }),
    x: { label, domain: [low, high] },
    y: { label: "share of the values", grid: true, tickFormat: "%" },
    color: { domain: series.map(({ name }) => name), range: [...SERIES_COLORS] },
    marks: [
      Plot.lineY(points, { x: "x", y: "share", stroke: "name", strokeWidth: 2, curve: "step" }),
      Plot.ruleY([0]),
      legend(series.map(({ name }) => name)),
    ],
  });
}

/** Draws power spectra, power over spatial frequency, on logarithmic axes. */
export function compareSpectra(
  series: readonly { name: string; points: readonly { frequency: number; power: number }[] }[],
): Figure {
  const points = series.flatMap(({ name, points }) => points.map((point) => ({ name, ...point })))
    .filter(({ power }) => power > 0);
  const title = "How do sharpness and noise differ?";
  return chart({
    title,
    subtitle: "Radial power spectra: the slope shows the optics, a flat end the noise of the camera.",
    description: `${title} Radial power spectra of ${listWords(series.map(({ name }) => name))}`,
    width: 560,
    height: 280,
    marginTop: 28,
    marginLeft: 60,
    marginRight: 20 + widestText(series.map(({ name }) => name), { size: 12, bold: true }),
    x: { label: "spatial frequency (cycles per pixel)", type: "log", tickFormat: "~g" },
    y: { label: "power (white noise is 1)", type: "log", grid: true, tickFormat: "~e" },
    color: { domain: series.map(({ name }) => name), range: [...SERIES_COLORS] },
    marks: [
      Plot.lineY(points, { x: "frequency", y: "power", stroke: "name", strokeWidth: 1.8 }),
      legend(series.map(({ name }) => name)),
    ],
  });
}
