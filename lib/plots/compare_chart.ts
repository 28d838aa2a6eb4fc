import * as Plot from "@observablehq/plot";
import { chart } from "./chart.ts";
import type { Figure } from "./figure.ts";
import { legend } from "./legend.ts";
import { SERIES_COLORS } from "./palette.ts";

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
  return chart({
    description: `Distribution of ${label}: ${series.map(({ name }) => name).join(" and ")}`,
    width: 560,
    height: 240,
    marginRight: 150,
    x: { label, domain: [low, high] },
    y: { label: "share", grid: true, tickFormat: "%" },
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
  return chart({
    description: `Radial power spectra of ${series.map(({ name }) => name).join(" and ")}`,
    width: 560,
    height: 280,
    marginLeft: 60,
    marginRight: 150,
    x: { label: "spatial frequency (cycles per pixel)", type: "log", tickFormat: "~g" },
    y: { label: "power (white noise is 1)", type: "log", grid: true, tickFormat: "~e" },
    color: { domain: series.map(({ name }) => name), range: [...SERIES_COLORS] },
    marks: [
      Plot.lineY(points, { x: "frequency", y: "power", stroke: "name", strokeWidth: 1.8 }),
      legend(series.map(({ name }) => name)),
    ],
  });
}
