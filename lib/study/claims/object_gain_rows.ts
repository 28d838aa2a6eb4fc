import type { Study } from "../study.ts";
import type { JudgedDifference } from "../compare/object_comparisons.ts";
import { objectGains } from "../compare/object_gains.ts";
import { OBJECT_SCORE_IDS, OBJECT_SCORES } from "../compare/object_scores.ts";
import { showDifference } from "./show_interval.ts";

/** The heads of the columns of {@linkcode objectGainRows}. */
export const OBJECT_GAIN_HEADS: readonly string[] = [
  "study",
  "ensemble",
  "Dice",
  ...OBJECT_SCORE_IDS.map((id) => OBJECT_SCORES[id].label),
];

/** Writes a difference with its verdict on the trained networks; `–` without one. */
export function showGain(gain: JudgedDifference | undefined): string {
  return gain ? `${showDifference(gain.difference)}: ${gain.judgement.here}` : "–";
}

/**
 * Returns a row of each ensemble in a table under {@linkcode OBJECT_GAIN_HEADS}: its gains over the best single member by
 * Dice and by the scores of objects, with their intervals and verdicts on the trained networks. A score that the analysis
 * lacks is `–`.
 *
 * @param study its name and analysis
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { OBJECT_GAIN_HEADS, objectGainRows, openStudy } from "lib/study";
 *
 * const rows = objectGainRows(await openStudy("quick", join(projectFolder(), "results/committed")));
 * assert.ok(rows.every((row) => row.length === OBJECT_GAIN_HEADS.length));
 * ```
 */
export function objectGainRows({ name: study, analysis }: Pick<Study, "name" | "analysis">): string[][] {
  return objectGains(analysis).map(({ name, dice, scores }) => [
    study,
    name,
    showGain(dice),
    ...OBJECT_SCORE_IDS.map((id) => showGain(scores[id])),
  ]);
}
