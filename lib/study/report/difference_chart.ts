import * as Plot from "@observablehq/plot";
import { countImages } from "../../evaluate/paired_comparison.ts";
import { mean } from "../../math/mean.ts";
import { chart } from "../../plots/chart.ts";
import type { Figure } from "../../plots/figure.ts";
import { COLORS } from "../../plots/palette.ts";
import { showNumber } from "../claims/show_interval.ts";
import { chartOf } from "./chart_of.ts";

/**
 * Draws the difference in Dice between two methods on each image, second less first, from the largest loss to the largest
 * gain. Images are counted as `comparePaired` counts them.
 *
 * @param study the name of the study, for the subtitle
 */
export function differenceChart(
  first: { name: string; dice: readonly number[] },
  second: { name: string; dice: readonly number[] },
  study?: string,
): Figure {
  const differences = first.dice.map((dice, i) => second.dice[i] - dice).sort((a, b) => a - b);
  const images = differences.length;
  const { wins, losses } = countImages(differences);
  const average = mean(differences);
  const name = `${second.name[0].toUpperCase()}${second.name.slice(1)}`;
  const title = `${name} is better than the ${first.name} on ${wins} of ${images} images, and worse on ${losses}`;
  const shown = showNumber(average);
  return chart({
    title,
    subtitle: chartOf(study, `Each bar is an image. Dashed: the mean difference, ${shown}.`),
    description: `${title}; mean difference ${shown}`,
    width: 640,
    height: 280,
    marginTop: 28,
    marginLeft: 50,
    x: { label: "images, from the largest loss to the largest gain", axis: "bottom", ticks: 0, tickSize: 0 },
    y: { label: `Dice of ${second.name} less ${first.name}`, grid: true },
    marks: [
      Plot.rectY(differences.map((difference, i) => ({ difference, i })), {
        x1: "i",
        x2: ({ i }: { i: number }) => i + 1,
        y1: 0,
        y2: "difference",
        fill: ({ difference }: { difference: number }) => difference < 0 ? COLORS.orange : COLORS.blue,
      }),
      Plot.ruleY([0], { stroke: COLORS.grey }),
      Plot.ruleY([average], { stroke: COLORS.grey, strokeDasharray: "5 4" }),
    ],
  });
}
