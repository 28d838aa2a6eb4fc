/**
 * Writes the subtitle of a chart that shows one study: the name of the study, then how to read the chart.
 *
 * @param study the name of the study; without one the subtitle is unchanged
 * @param subtitle how to read the chart
 * @returns `undefined` if there is neither
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { chartOf } from "lib/study";
 *
 * assert.equal(chartOf("quick", "Each point is a step."), "Study quick. Each point is a step.");
 * assert.equal(chartOf("quick"), "Study quick.");
 * assert.equal(chartOf(undefined, "Each point is a step."), "Each point is a step.");
 * ```
 */
export function chartOf(study: string | undefined, subtitle?: string): string | undefined {
  return [study && `Study ${study}.`, subtitle].filter(Boolean).join(" ") || undefined;
}
