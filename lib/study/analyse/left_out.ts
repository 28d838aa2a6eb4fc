import type { TaskDefinition } from "../../task/task.ts";

/** The sections of an analysis that are defined for foreground only, by id, as the subjects of a sentence. */
export const SECTIONS = {
  baselines: "The comparison with Otsu's threshold and with all foreground",
  calibration: "Calibration",
  thresholds: "Dice at each threshold",
  "tuned-conventions": "Scoring with a tuned threshold",
} as const satisfies Record<string, string>;

/** The id of a section. */
export type SectionId = keyof typeof SECTIONS;

/** Returns the sections that the analysis of a task leaves out. */
export function leftOutSections({ hasThreshold }: Pick<TaskDefinition, "hasThreshold">): SectionId[] {
  return hasThreshold ? [] : Object.keys(SECTIONS) as SectionId[];
}

/**
 * Says why an analysis has no section.
 *
 * @param analysis the analysis of a study
 * @param section one of `baselines`, `calibration`, `thresholds` and `tuned-conventions`
 * @returns a sentence; `undefined` if the analysis has the section
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { leftOutNote } from "lib/study";
 *
 * const note = leftOutNote({ leftOut: ["calibration"] }, "calibration");
 * assert.equal(note, "Calibration is defined for foreground only: left out.");
 * ```
 */
export function leftOutNote(
  { leftOut }: { leftOut: readonly SectionId[] },
  section: SectionId,
): string | undefined {
  return leftOut.includes(section) ? `${SECTIONS[section]} is defined for foreground only: left out.` : undefined;
}
