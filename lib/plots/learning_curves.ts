import * as Plot from "@observablehq/plot";
import type { TunedThreshold } from "../evaluate/threshold.ts";
import type { EpochRecord } from "../train/training_state.ts";
import { chart } from "./chart.ts";
import type { Figure } from "./figure.ts";
import { COLORS } from "./palette.ts";

/** The data of the learning curves. */
export interface LearningCurvesOptions {
  /** Loss of every step. */
  stepLosses: readonly number[];
  history: readonly EpochRecord[];
  /** Horizontal lines to compare with, such as Otsu's Dice. */
  references?: Record<string, number>;
}

/** Draws the validation Dice over epochs, with references such as baselines as lines. */
export function diceCurve({ history, references = {} }: Omit<LearningCurvesOptions, "stepLosses">): Figure {
  const points = history.flatMap(({ epoch, validation }) => validation ? [{ epoch, dice: validation.dice }] : []);
  const lines = Object.entries(references).map(([name, dice]) => ({ name, dice }));
  const low = Math.min(...points.map(({ dice }) => dice), ...lines.map(({ dice }) => dice));
  return chart({
    description: `Validation Dice over ${history.length} epochs, ending at ${points.at(-1)?.dice.toFixed(3)}`,
    width: 560,
    height: 300,
    // Room for the longest reference, at about 7 pixels a letter.
    marginRight: Math.max(130, 20 + 7 * Math.max(0, ...lines.map(({ name }) => name.length + 6))),
    x: {
      label: "epoch",
      ticks: Math.min(history.length, 10),
      tickFormat: "d",
      domain: [1, Math.max(2, history.length)],
    },
    y: {
      label: "validation Dice (mean per image)",
      domain: [Math.max(0, Math.floor(low * 10 - 0.5) / 10), 1],
      grid: true,
    },
    marks: [
      Plot.ruleY(lines, { y: "dice", stroke: COLORS.orange, strokeDasharray: "5 4" }),
      Plot.text(lines, {
        x: Math.max(2, history.length),
        y: "dice",
        text: (line: { name: string; dice: number }) => `${line.name} ${line.dice.toFixed(3)}`,
        textAnchor: "start",
        dx: 8,
        fill: COLORS.orange,
      }),
      Plot.lineY(points, { x: "epoch", y: "dice", stroke: COLORS.blue, strokeWidth: 2 }),
      Plot.dotY(points, { x: "epoch", y: "dice", fill: COLORS.blue }),
    ],
  });
}

/** Draws the training loss of each step and its running mean, on a logarithmic scale. */
export function lossCurve(stepLosses: readonly number[]): Figure {
  const points = stepLosses.map((loss, i) => ({ step: i + 1, loss }));
  return chart({
    description: `Training loss over ${stepLosses.length} steps, from ${stepLosses[0]?.toFixed(3)} to ${
      stepLosses.at(-1)?.toFixed(3)
    }`,
    width: 560,
    height: 260,
    marginLeft: 50,
    x: { label: "step" },
    y: { label: "training loss (nats per pixel)", type: "log", grid: true, tickFormat: "~g" },
    marks: [
      Plot.lineY(points, { x: "step", y: "loss", stroke: COLORS.sky, strokeWidth: 1 }),
      Plot.lineY(
        points,
        Plot.windowY({ k: Math.max(1, Math.ceil(points.length / 20)), anchor: "end" }, {
          x: "step",
          y: "loss",
          stroke: COLORS.blue,
          strokeWidth: 2,
        }),
      ),
    ],
  });
}

/** Draws the mean Dice over the threshold; a dashed line marks the best threshold. */
export function tuningChart({ threshold, dice, curve }: TunedThreshold): Figure {
  return chart({
    description: `Mean Dice over the threshold: best ${dice.toFixed(3)} at ${threshold}`,
    width: 560,
    height: 240,
    x: { label: "threshold", domain: [0, 1] },
    y: { label: "mean Dice", grid: true },
    marks: [
      Plot.ruleX([threshold], { stroke: COLORS.orange, strokeDasharray: "5 4" }),
      Plot.lineY(curve, { x: "threshold", y: "dice", stroke: COLORS.blue, strokeWidth: 2 }),
    ],
  });
}
