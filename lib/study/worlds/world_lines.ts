import { bestKinds } from "../answers/network_kinds.ts";
import { ensembleHeadline } from "../answers/ensemble_answer.ts";
import { lossHeadline } from "../answers/loss_answer.ts";
import { reasonHeadline } from "../answers/reason_answer.ts";
import { showNumber } from "../claims/show_interval.ts";
import { tunedHeadline } from "../answers/tuned_headline.ts";
import { worldLine } from "../report/study_lines.ts";
import type { World } from "./worlds.ts";

/**
 * Answers the questions of the study in each world, a line each: which model, whether an ensemble helps, which loss, and why.
 *
 * @param worlds of {@linkcode openWorlds}
 * @returns the label of each world with its answers
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openWorlds, worldLines } from "lib/study";
 *
 * const lines = new Map(worldLines(await openWorlds()));
 * assert.match(lines.get("real, from scratch")!, /UNet with BCE has the highest Dice, 0\.916\..* no ensemble beats one UNet\./);
 * ```
 */
export function worldLines(worlds: readonly World[]): [label: string, answer: string][] {
  return worlds.map(({ label, study }) => {
    const [best] = bestKinds(study.analysis);
    return [
      label,
      [
        worldLine(study),
        `${best.label} has the highest Dice, ${showNumber(best.estimate)}.`,
        ensembleHeadline(study.analysis),
        lossHeadline(study),
        reasonHeadline(study.analysis),
        tunedHeadline(study.analysis),
      ].filter(Boolean).join(" "),
    ];
  });
}
