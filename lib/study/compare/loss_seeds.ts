import type { Comparison } from "../../evaluate/paired_comparison.ts";
import type { RunRecord } from "../../runs/run_store.ts";
import type { Study } from "../study.ts";
import { usualLoss } from "../usual_loss.ts";
import { compareRuns, haveInterval, imageGroups, matchingRuns } from "./run_comparisons.ts";

/** A comparison of BCE (cross-entropy of several classes) and focal loss over several seeds of one architecture. */
export interface LossSeeds {
  architecture: string;
  /** A run per seed, on the first fold. */
  bce: RunRecord[];
  /** The runs of the same seeds with focal loss. */
  focal: RunRecord[];
  /** BCE less focal on the images that none of the runs trained on, paired by image and seed. */
  comparison: Comparison;
}

/**
 * Compares BCE (cross-entropy of several classes) and focal loss for each architecture that was trained with several
 * seeds.
 *
 * @param study a finished study
 * @returns none if every architecture has one training of each loss, or if the first fold has a single group of images
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { compareLossSeeds, openStudy } from "lib/study";
 *
 * const study = await openStudy("dsb2018_fluo", join(projectFolder(), "results/committed"));
 * const compared = compareLossSeeds(study).map(({ architecture, bce }) => [architecture, bce.length]);
 * assert.deepEqual(compared, [["unet", 5], ["pspnet", 5]]);
 * ```
 */
export function compareLossSeeds({ analysis, runs }: Pick<Study, "analysis" | "runs">): LossSeeds[] {
  const findGroup = imageGroups(analysis), usual = usualLoss(analysis.task), architectures = new Set<string>();
  return analysis.members.flatMap(({ architecture, loss, runs: [first] }) => {
    const start = runs.find(({ run }) => run === first);
    if (loss !== usual || !start || architectures.has(architecture)) return [];
    architectures.add(architecture);
    // A seed that one of the losses lacks makes no pair.
    const pairs = matchingRuns(runs, start, ["seed"]).sort((a, b) => a.config.seed - b.config.seed).flatMap((bce) => {
      const focal = matchingRuns(runs, bce, ["loss"]).find(({ config }) => config.loss === "focal");
      return focal ? [{ bce, focal }] : [];
    });
    if (pairs.length < 2 || !haveInterval(start, findGroup)) return [];
    const bce = pairs.map(({ bce }) => bce), focal = pairs.map(({ focal }) => focal);
    return [{ architecture, bce, focal, comparison: compareRuns(bce, focal, findGroup) }];
  });
}
