import * as Plot from "@observablehq/plot";
import { type Dataset, sampleModality } from "../datasets/dataset.ts";
import { foregroundShare } from "../images/foreground.ts";
import type { Split } from "../datasets/splits.ts";
import { chart } from "./chart.ts";
import type { Figure } from "./figure.ts";
import { legendRow } from "./legend.ts";
import { COLORS, SERIES_COLORS } from "./palette.ts";
import { widestText } from "./text_lines.ts";

/**
 * Draws the number of images of each kind in each part of a split. A note right of each bar has the groups and the mean
 * foreground.
 */
export function splitChart(dataset: Dataset, { test, folds }: Split): Figure {
  const parts = [
    ...(test.length ? [{ part: "test", indices: test }] : []),
    ...folds.map(({ validation }, i) => ({ part: `fold ${i}`, indices: validation })),
  ];
  const kinds = [...new Set(dataset.samples.map(sampleModality))].sort();
  const bars = parts.flatMap(({ part, indices }) =>
    kinds.map((kind) => ({
      part,
      kind,
      images: indices.filter((i) => sampleModality(dataset.samples[i]) === kind).length,
    }))
  );
  const notes = parts.map(({ part, indices }) => ({
    part,
    images: indices.length,
    text: `${indices.length} images, ${new Set(indices.map((i) => dataset.samples[i].group)).size} groups, foreground ${
      (100 * indices.reduce((sum, i) => sum + foregroundShare(dataset.samples[i].labels), 0) / indices.length)
        .toFixed(1)
    } %`,
  }));
  const title = "Are the parts of the split alike?";
  return chart({
    title,
    description: `${title} Images per part: ${notes.map(({ part, text }) => `${part} ${text}`).join("; ")}`,
    width: 680,
    height: 60 + 34 * parts.length,
    marginTop: 34,
    marginLeft: 60,
    marginRight: 14 + widestText(notes.map(({ text }) => text), { size: 12 }),
    x: { label: "images", grid: true },
    y: { label: null, domain: parts.map(({ part }) => part) },
    color: { domain: kinds, range: [...SERIES_COLORS] },
    marks: [
      Plot.barX(bars, { x: "images", y: "part", fill: "kind", inset: 2 }),
      Plot.text(notes, { x: "images", y: "part", text: "text", textAnchor: "start", dx: 6, fill: COLORS.grey }),
      Plot.ruleX([0]),
      legendRow(kinds),
    ],
  });
}
