import { mean } from "../../math/mean.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import type { CONVENTIONS } from "../analyse/conventions.ts";

/** The heads of the columns of {@linkcode thresholdCells}. */
export const THRESHOLD_HEADS = ["Dice at 0.5", "threshold", "Dice at it"] as const;

/** The convention of the members' Dice, with the tuned threshold. */
const TUNED = "mean-empty-one-tuned" satisfies keyof typeof CONVENTIONS;

/** Formats the thresholds of all folds, such as `0.14` or `0.14–0.2`. */
function showThresholds(thresholds: readonly number[] | undefined): string {
  if (!thresholds?.length) return "–";
  const [least, most] = [Math.min(...thresholds), Math.max(...thresholds)];
  return least === most ? String(least) : `${least}–${most}`;
}

/**
 * Returns the cells of a member in a table under {@linkcode THRESHOLD_HEADS}: its mean Dice out of fold at 0.5, the
 * thresholds tuned on the other folds, and the mean Dice at these. What the analysis lacks is `–`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { openStudy, THRESHOLD_HEADS, thresholdCells } from "lib/study";
 *
 * const { analysis } = await openStudy("quick", join(projectFolder(), "results/committed"));
 * assert.equal(thresholdCells(analysis.members[0]).length, THRESHOLD_HEADS.length);
 * ```
 */
export function thresholdCells(
  { outOfFold, tunedThresholds, conventions }: Pick<
    StudyAnalysis["members"][number],
    "outOfFold" | "tunedThresholds" | "conventions"
  >,
): (number | string)[] {
  return [mean(outOfFold), showThresholds(tunedThresholds), conventions[TUNED] ?? "–"];
}
