import * as Plot from "@observablehq/plot";
import { MARGIN } from "../../evaluate/verdict.ts";
import { architectureLabel } from "../../nn/architectures/architectures.ts";
import { drawPlot } from "../../plots/draw_plot.ts";
import type { Figure } from "../../plots/figure.ts";
import { COLORS, SERIES_COLORS } from "../../plots/palette.ts";
import { panelChart } from "../../plots/panel_chart.ts";
import { clipScore } from "../claims/show_interval.ts";
import type { TrainingLengths } from "./training_length.ts";

const OVER_MEAN = "over the mean member", OVER_BEST = "over the best single member";

/** The sizes of both panels. */
const PANEL = { width: 440, height: 300, marginTop: 28, marginBottom: 40, marginLeft: 56 } as const;

/**
 * Draws the Dice of networks and of their vote over the length of training, and beside it what the vote gains over the
 * mean member and over the best one.
 *
 * @param record of {@linkcode openTrainingLengths}
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openTrainingLengths, trainingLengthChart } from "lib/study";
 *
 * assert.match(trainingLengthChart((await openTrainingLengths())!).description, /UNet 0\.918.* after 2420 steps/);
 * ```
 */
export function trainingLengthChart({ lengths, seeds }: TrainingLengths): Figure {
  const steps = lengths.map(({ steps }) => steps);
  const x = { label: "training steps", type: "log", base: 2, ticks: steps, tickFormat: "d", inset: 8 } as const;
  const names = Object.keys(lengths[0].members);
  const inks: Record<string, string> = {
    ...Object.fromEntries(names.map((name, i) => [architectureLabel(name), SERIES_COLORS[i]])),
    "soft voting": COLORS.grey,
    [OVER_MEAN]: COLORS.blue,
    [OVER_BEST]: COLORS.orange,
  };
  const color = { domain: Object.keys(inks), range: Object.values(inks) };
  const points = lengths.flatMap(({ steps, members, vote }) => [
    ...names.map((name) => ({ steps, name: architectureLabel(name), ...clipScore(members[name]) })),
    { steps, name: "soft voting", ...clipScore(vote) },
  ]);
  const gains = lengths.flatMap(({ steps, voteMinusMean, voteMinusBest }) => [
    { steps, name: OVER_MEAN, ...voteMinusMean.difference },
    { steps, name: OVER_BEST, ...voteMinusBest.difference },
  ]);
  // Close ends of curves would have overlapping names, so the names stand above one another in the order of the ends.
  const ends = points.filter(({ steps: each }) => each === steps.at(-1)).toSorted((a, b) => b.estimate - a.estimate);
  const title = "Do the ranks change with longer training, and does a vote then help?";
  const marks = (data: readonly { steps: number; name: string }[]) => [
    Plot.line(data, { x: "steps", y: "estimate", stroke: "name", strokeWidth: 2 }),
    Plot.ruleX(data, { x: "steps", y1: "low", y2: "high", stroke: "name", strokeOpacity: 0.5 }),
    Plot.dot(data, { x: "steps", y: "estimate", fill: "name", r: 3 }),
  ];
  const legend = (texts: readonly { name: string }[], anchor: "bottom-right" | "top-right") =>
    texts.map(({ name }, i) =>
      Plot.text([name], {
        frameAnchor: anchor,
        dx: -8,
        dy: anchor === "top-right" ? 8 + 16 * i : -8 - 16 * (texts.length - 1 - i),
        fill: inks[name],
        fontWeight: "bold",
        stroke: "white",
        strokeWidth: 4,
      })
    );
  return panelChart([
    {
      title: "mean Dice",
      titleLeft: PANEL.marginLeft,
      plot: drawPlot({
        ...PANEL,
        x,
        y: { label: null, grid: true },
        color,
        marks: [...marks(points), ...legend(ends, "bottom-right")],
      }, "mean Dice"),
    },
    {
      title: "gain of soft voting",
      titleLeft: PANEL.marginLeft,
      plot: drawPlot({
        ...PANEL,
        x,
        y: { label: null, grid: true },
        color,
        marks: [
          Plot.rect([0], { y1: -MARGIN, y2: MARGIN, fill: COLORS.grey, fillOpacity: 0.15 }),
          Plot.ruleY([0], { stroke: COLORS.grey }),
          ...marks(gains),
          ...legend([{ name: OVER_MEAN }, { name: OVER_BEST }], "top-right"),
        ],
      }, "gain of soft voting"),
    },
  ], {
    title,
    subtitle:
      `${seeds.length} trainings of each network; 95 % intervals over groups and trainings. In the grey band, within ±${MARGIN}, is no difference.`,
    columns: 2,
    description: `${title} ${ends.map(({ name, estimate }) => `${name} ${estimate.toFixed(3)}`).join(", ")} after ${
      steps.at(-1)
    } steps`,
  });
}
