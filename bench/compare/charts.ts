import * as Plot from "@observablehq/plot";
import { chart } from "lib/plots";
import { COLORS } from "lib/plots/palette.ts";
import { ENGINE_LABELS } from "./engines.ts";
import type { Result } from "./result.ts";

/** Engines that are drawn next to this project. */
const RIVALS = { torchCompile: COLORS.pink, onnxruntime: COLORS.green, openvino: COLORS.blue };

/** Draws the speed of each comparison relative to PyTorch, with intervals, and that of other engines. */
export function ratioChart(results: Result[]) {
  const rows = results.map(({ name, speed, bar }) => ({ name, ...speed, bar }));
  const rivals = results.flatMap(({ name, speed, rivals = {} }) =>
    Object.keys(RIVALS).filter((engine) => rivals[engine]).map((engine) => ({
      name,
      engine: ENGINE_LABELS[engine],
      ratio: speed.ratio / rivals[engine].ratio,
    }))
  );
  return chart({
    description: "How many times faster than PyTorch's better layout, with 95 % intervals; a dot is the required speed",
    width: 760,
    height: 90 + 26 * rows.length,
    marginTop: 40,
    marginBottom: 44,
    marginLeft: 340,
    x: {
      label: "times as fast as PyTorch",
      domain: [0, Math.max(1.5, ...rows.map(({ high }) => high * 1.05), ...rivals.map(({ ratio }) => ratio * 1.05))],
      grid: true,
    },
    y: { label: null, domain: rows.map(({ name }) => name) },
    ...(rivals.length && {
      color: {
        domain: Object.keys(RIVALS).map((engine) => ENGINE_LABELS[engine]),
        range: Object.values(RIVALS),
      },
    }),
    marks: [
      Plot.barX(rows, { x: "ratio", y: "name", fill: COLORS.sky }),
      Plot.ruleY(rows, { x1: "low", x2: "high", y: "name", strokeWidth: 2 }),
      Plot.dot(rows.filter(({ bar }) => bar !== undefined), { x: "bar", y: "name", fill: COLORS.orange, r: 4 }),
      Plot.tickX(rivals, { x: "ratio", y: "name", stroke: "engine", strokeWidth: 3, inset: 3 }),
      Plot.ruleX([1], { stroke: COLORS.orange }),
      ...(rivals.length ? Object.keys(RIVALS) : []).map((engine, i) =>
        Plot.text([`▌${ENGINE_LABELS[engine]}`], {
          frameAnchor: "top-left",
          dx: 110 * i,
          dy: -20,
          fill: RIVALS[engine as keyof typeof RIVALS],
        })
      ),
    ],
  });
}

/** Draws the step time over `batch` or `side`. */
export function scalingChart(results: Result[], over: "batch" | "side") {
  const rows = results.filter(({ name }) => name.includes(`, ${over} `)).flatMap((result) => {
    const { compiled, contiguous, channelsLast } = result.medianSeconds;
    return [
      { x: result[over], who: "here", seconds: compiled },
      { x: result[over], who: "PyTorch", seconds: Math.min(contiguous, channelsLast) },
    ];
  });
  const what = over === "batch" ? "batch size, at 256 × 256 pixels" : "side of the images in pixels, batches of 4";
  const ends = rows.filter(({ x }) => x === rows.at(-1)!.x);
  return chart({
    description: `Seconds of a training step of UNet with ResNet-34, over ${what}`,
    width: 420,
    height: 300,
    marginLeft: 50,
    marginRight: 70,
    marginBottom: 40,
    x: { label: what, type: "log", base: 2, ticks: [...new Set(rows.map(({ x }) => x))], tickFormat: "d" },
    y: { label: "seconds per step", type: "log", grid: true, tickFormat: ".1f", ticks: 5 },
    color: { domain: ["here", "PyTorch"], range: [COLORS.blue, COLORS.orange] },
    marks: [
      Plot.line(rows, { x: "x", y: "seconds", stroke: "who", z: "who" }),
      Plot.dot(rows, { x: "x", y: "seconds", fill: "who" }),
      Plot.text(ends, { x: "x", y: "seconds", text: "who", fill: "who", dx: 8, textAnchor: "start" }),
    ],
  });
}
