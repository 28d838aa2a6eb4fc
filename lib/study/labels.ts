import { ENSEMBLE_METHODS } from "../ensemble/methods/methods.ts";
import { BASELINES } from "../evaluate/baselines.ts";
import { hasName } from "../io/registry_names.ts";
import { blockLabel } from "../runs/grid/blocks.ts";
import type { StudyAnalysis } from "./analyse/analysis_record.ts";
import { CONVENTIONS } from "./analyse/conventions.ts";
import { IN_FOLD_STACKERS } from "./analyse/in_fold_stackers.ts";
import { SWEEPS } from "./analyse/sweeps.ts";

/** The labels of all ids in the records of a study. */
export const LABELED = { ...BASELINES, ...ENSEMBLE_METHODS, ...IN_FOLD_STACKERS, ...CONVENTIONS } as const;

/**
 * Returns the label of a baseline, an ensemble, a convention or a block in tables and charts.
 *
 * @param id id in the records; an unknown one, such as a member's name, is returned unchanged
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { labelFor } from "lib/study";
 *
 * assert.deepEqual(["otsu", "soft-voting", "label-noise", "unet bce"].map(labelFor), [
 *   "Otsu's threshold",
 *   "soft voting",
 *   "label noise",
 *   "unet bce",
 * ]);
 * ```
 */
export function labelFor(id: string): string {
  return hasName(LABELED, id) ? LABELED[id].label : blockLabel(id);
}

/** Returns the label of a level of a sweep in tables; `null` is the level of the main runs. */
export function levelLabel(sweep: string, level: number | null): string {
  if (level === null) return "as in the main runs";
  return hasName(SWEEPS, sweep) ? SWEEPS[sweep].describe(level) : String(level);
}

/** Returns the label of a control in tables. */
export function controlLabel(
  { kind, architecture, count }: Pick<
    NonNullable<StudyAnalysis["controls"]>["entries"][number],
    "kind" | "architecture" | "count"
  >,
): string {
  switch (kind) {
    case "architectures":
      return `${count} architectures`;
    case "seeds":
      return `${count} seeds of ${architecture}`;
    case "alone":
      return `${architecture} alone`;
    case "longer":
      return `${architecture} for ${count} times the steps`;
  }
}
