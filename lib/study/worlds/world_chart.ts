import { MARGIN } from "../../evaluate/verdict.ts";
import type { Interval } from "../../evaluate/interval.ts";
import type { Figure } from "../../plots/figure.ts";
import { intervalPanels } from "../../plots/interval_panels.ts";
import { compareEnsembles, compareLosses } from "../compare/comparisons.ts";
import { compareTuned } from "../compare/tuned_comparisons.ts";
import type { Study } from "../study.ts";
import type { World } from "./worlds.ts";

type FindInterval = (study: Study) => Interval | undefined;

const vote = ({ analysis }: Study) => compareEnsembles(analysis, "outOfFold").find(({ id }) => id === "soft-voting");

/** The panels of the chart. */
const PANELS: Readonly<Record<string, FindInterval>> = {
  "soft voting − mean member": (study) => vote(study)?.versusMean.difference,
  "soft voting − best single member": (study) => vote(study)?.versusBest.difference,
  "the same, at tuned thresholds": ({ analysis }) =>
    compareTuned(analysis).find(({ id }) => id === "soft-voting")?.versusBest.difference,
  "BCE − focal loss": ({ analysis }) => compareLosses(analysis).at(-1)?.difference,
};

/**
 * Draws the main differences in Dice in all worlds: a row for each world, and panels for what averaging gains over the mean
 * member and over the best single member, at a threshold of 0.5 and at tuned ones, and for the losses.
 *
 * @param worlds of {@linkcode openWorlds}
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openWorlds, worldChart } from "lib/study";
 *
 * assert.match(worldChart(await openWorlds()).description, /soft voting − best single member, .*: .*real, from scratch -0\.015/);
 * ```
 */
export function worldChart(worlds: readonly World[]): Figure {
  return intervalPanels(
    Object.entries(PANELS).map(([name, find]) => ({
      name,
      rows: worlds.flatMap(({ label, study }) => {
        const interval = find(study);
        return interval ? [{ name: label, interval }] : [];
      }),
    })),
    {
      title: "Does the answer depend on the images and on the initial weights?",
      subtitle:
        `A row for each world. In the grey band, within ±${MARGIN}, a difference counts as none. A dash: not measured.`,
      label: "difference in Dice, out of fold",
      reference: 0,
      limit: MARGIN,
      columns: 2,
    },
  );
}
