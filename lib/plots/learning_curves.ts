import * as Plot from "@observablehq/plot";
import { count } from "../io/count.ts";
import type { TunedThreshold } from "../evaluate/threshold.ts";
import type { EpochRecord } from "../train/training_state.ts";
import { chart } from "./chart.ts";
import type { Figure } from "./figure.ts";
import { COLORS } from "./palette.ts";
import { widestText } from "./text_lines.ts";

/** The data of the learning curves. */
export interface LearningCurvesOptions {
  /** Loss of every step. */
  stepLosses: readonly number[];
  history: readonly EpochRecord[];
  /** Horizontal lines to compare with, such as Otsu's Dice. */
  references?: Record<string, number>;
}

/** Charts of more epochs than these have no number at each point. */
const NUMBERED_EPOCHS = 12;

/** Draws the validation Dice of each epoch as a point, with references such as baselines as lines. */
export function diceCurve({ history, references = {} }: Omit<LearningCurvesOptions, "stepLosses">): Figure {
  const points = history.flatMap(({ epoch, validation }) => validation ? [{ epoch, dice: validation.dice }] : []);
  const lines = Object.entries(references).map(([name, dice]) => ({ name: `${name} ${dice.toFixed(3)}`, dice }));
  const values = [...points, ...lines].map(({ dice }) => dice);
  const low = Math.min(...values), high = Math.max(...values), room = Math.max(0.02, (high - low) / 8);
  const last = points.at(-1);
  const title = last
    ? `Validation Dice is ${last.dice.toFixed(3)} after ${count(last.epoch, "epoch")}`
    : "No epoch has a validation Dice";
  const isNumbered = points.length <= NUMBERED_EPOCHS;
  return chart({
    title,
    subtitle: lines.length
      ? `For comparison: ${lines.map(({ name }) => name).join(", ")}, without training`
      : undefined,
    description: `${title}; over ${count(history.length, "epoch")}`,
    width: 560,
    height: 280,
    marginTop: 28,
    marginLeft: 50,
    marginRight: 20 + widestText(lines.map(({ name }) => name), { size: 12 }),
    x: {
      label: "epoch",
      // Whole epochs only.
      ticks: history.length <= NUMBERED_EPOCHS ? history.map(({ epoch }) => epoch) : 10,
      tickFormat: "d",
      domain: [1, Math.max(2, history.length)],
      inset: 24,
    },
    y: {
      label: "validation Dice (mean per image)",
      domain: [Math.max(0, low - room), Math.min(1, high + room)],
      grid: true,
    },
    marks: [
      Plot.ruleY(lines, { y: "dice", stroke: COLORS.orange, strokeDasharray: "5 4" }),
      Plot.text(lines, {
        y: "dice",
        text: "name",
        frameAnchor: "right",
        textAnchor: "start",
        dx: 8,
        fill: COLORS.orange,
      }),
      Plot.dotY(points, { x: "epoch", y: "dice", fill: COLORS.blue, r: isNumbered ? 4 : 2.5 }),
      ...(isNumbered
        ? [Plot.text(points, {
          x: "epoch",
          y: "dice",
          text: ({ dice }: { dice: number }) => dice.toFixed(3),
          dy: -12,
          fill: COLORS.blue,
          stroke: "white",
          strokeWidth: 4,
        })]
        : []),
    ],
  });
}

/** Draws the training loss of each step and its running mean, on a logarithmic scale. */
export function lossCurve(stepLosses: readonly number[]): Figure {
  const points = stepLosses.map((loss, i) => ({ step: i + 1, loss }));
  const first = stepLosses[0] ?? NaN, last = stepLosses.at(-1) ?? NaN;
  const title = `The training loss ${last < first ? "falls" : "does not fall"} from ${first.toFixed(3)} to ${
    last.toFixed(3)
  }`;
  return chart({
    title,
    subtitle: "The thin line is the loss of each step, the thick line its running mean.",
    description: `${title}; over ${count(stepLosses.length, "step")}`,
    width: 560,
    height: 260,
    marginTop: 28,
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

/** Draws the mean Dice over the threshold, with lines at the best threshold and at 0.5. */
export function tuningChart({ threshold, dice, curve }: TunedThreshold): Figure {
  const usual = curve.find((point) => Math.abs(point.threshold - 0.5) < 1e-9);
  const title = `The best threshold is ${threshold}, with a mean Dice of ${dice.toFixed(3)}` +
    (usual ? `; 0.5 has ${usual.dice.toFixed(3)}` : "");
  return chart({
    title,
    description: `${title}; over ${count(curve.length, "threshold")}`,
    width: 560,
    height: 240,
    marginTop: 34,
    marginLeft: 50,
    x: { label: "threshold", domain: [0, 1] },
    y: { label: "mean Dice", grid: true },
    marks: [
      Plot.ruleX([0.5], { stroke: COLORS.grey }),
      Plot.ruleX([threshold], { stroke: COLORS.orange, strokeDasharray: "5 4" }),
      Plot.text([threshold], {
        x: (at: number) => at,
        text: () => "best",
        frameAnchor: "bottom",
        textAnchor: threshold < 0.5 ? "end" : "start",
        dx: threshold < 0.5 ? -5 : 5,
        dy: -8,
        fill: COLORS.orange,
      }),
      Plot.lineY(curve, { x: "threshold", y: "dice", stroke: COLORS.blue, strokeWidth: 2 }),
    ],
  });
}
