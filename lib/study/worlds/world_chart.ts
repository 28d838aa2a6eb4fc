import { MARGIN } from "../../evaluate/verdict.ts";
import type { Interval } from "../../evaluate/interval.ts";
import type { Figure } from "../../plots/figure.ts";
import { intervalPanels } from "../../plots/interval_panels.ts";
import { compareEnsembles, compareLosses } from "../compare/comparisons.ts";
import { compareTuned } from "../compare/tuned_comparisons.ts";
import type { Study } from "../study.ts";
import type { World } from "./worlds.ts";

/** Returns the differences of a study that the panels draw, by the panels' names. */
function mainDifferences({ analysis }: Study): Record<string, Interval | undefined> {
  const isVote = ({ id }: { id: string }) => id === "soft-voting";
  const vote = compareEnsembles(analysis, "outOfFold").find(isVote);
  return {
    "soft voting − mean member": vote?.versusMean.difference,
    "soft voting − best single member": vote?.versusBest.difference,
    "the same, at tuned thresholds": compareTuned(analysis).find(isVote)?.versusBest.difference,
    "BCE − focal loss": compareLosses(analysis).at(-1)?.difference,
  };
}

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
  const found = worlds.map(({ label, study }) => ({ label, differences: mainDifferences(study) }));
  return intervalPanels(
    Object.keys(found[0]?.differences ?? {}).map((name) => ({
      name,
      rows: found.flatMap(({ label, differences: { [name]: interval } }) =>
        interval ? [{ name: label, interval }] : []
      ),
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
