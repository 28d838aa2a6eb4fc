import { count } from "../../io/count.ts";
import { architectureLabel } from "../../nn/architectures/architectures.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { showGain } from "../claims/object_gain_rows.ts";
import type { JudgedDifference } from "../compare/object_comparisons.ts";
import { OBJECT_SCORE_IDS, OBJECT_SCORES, type ObjectScoreId } from "../compare/object_scores.ts";
import { compareTasks } from "../compare/task_comparisons.ts";

/**
 * Makes the rows of a table that sets two tasks on the same images side by side, by the scores of objects: what each network
 * gains by the task, and what the ensembles gain over the best single member in each.
 *
 * @param study the analysis of one task, such as `border`
 * @param other the analysis of the other, such as `foreground`
 * @returns the heads, and a row for each comparison
 * @throws {OptionError} if the studies do not score the same images in the same folds.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { openStudy, taskRows } from "lib/study";
 *
 * const { analysis } = await openStudy("fluo-imagenet", join(projectFolder(), "results/committed"));
 * const [heads, unet] = taskRows(analysis, analysis);
 * assert.deepEqual(heads.slice(0, 2), ["", "mean AP"]);
 * assert.equal(unet[0], "UNet, foreground − foreground");
 * ```
 */
export function taskRows(study: StudyAnalysis, other: StudyAnalysis): [heads: string[], ...rows: string[][]] {
  const { networks, ensembles } = compareTasks(study, other);
  const cells = (scores: Record<ObjectScoreId, JudgedDifference>) => OBJECT_SCORE_IDS.map((id) => showGain(scores[id]));
  return [
    ["", ...OBJECT_SCORE_IDS.map((id) => OBJECT_SCORES[id].label)],
    ...networks.map(({ architecture, scores }) => [
      `${architectureLabel(architecture)}, ${study.task} − ${other.task}`,
      ...cells(scores),
    ]),
    ...ensembles.flatMap(({ name, here, there }) => [
      [`${name} − best single member, ${other.task}`, ...cells(there)],
      [`${name} − best single member, ${study.task}`, ...cells(here)],
    ]),
  ];
}

/**
 * Says in a sentence how many verdicts on ensembles, by their objects, differ between two tasks.
 *
 * @param study the analysis of one task, such as `border`
 * @param other the analysis of the other, such as `foreground`
 * @throws {OptionError} if the studies do not score the same images in the same folds.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { openStudy, taskFinding } from "lib/study";
 *
 * const { analysis } = await openStudy("fluo-imagenet", join(projectFolder(), "results/committed"));
 * assert.match(taskFinding(analysis, analysis), /^The task foreground changes 0 of \d+ verdicts/);
 * ```
 */
export function taskFinding(study: StudyAnalysis, other: StudyAnalysis): string {
  const { ensembles, changed } = compareTasks(study, other), all = ensembles.length * OBJECT_SCORE_IDS.length;
  const reversed = changed.filter(({ here, there }) => [here, there].sort().join() === "better,worse");
  return `The task ${study.task} changes ${changed.length} of ${
    count(all, "verdict")
  } on ensembles by their objects, ` +
    `in these trainings; ${reversed.length === 0 ? "none" : reversed.length} from better to worse or the reverse.`;
}
