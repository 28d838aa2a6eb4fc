import { clusterInterval } from "../../evaluate/cluster_interval.ts";
import type { Estimate, Interval } from "../../evaluate/interval.ts";
import { MARGIN } from "../../evaluate/verdict.ts";
import { differenceInterval } from "../../evaluate/difference_interval.ts";
import { hasName } from "../../io/registry_names.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { SWEEPS } from "../analyse/sweeps.ts";

/** One level of a cause: the quality of the members, and the gain of averaging them. */
export interface GainLevel {
  /** In the unit of the cause, such as steps; `null` in the main runs. */
  level: number | null;
  /** Mean member's Dice. */
  quality: Estimate;
  /** Dice of the soft vote less the mean member's. */
  gain: Estimate;
}

/** The gain of averaging at each level of one cause of weak members. */
export interface CauseGains {
  /** The cause: one of `SWEEPS`. */
  cause: string;
  /** Number of members at the weakest level. */
  members: number;
  /** Its levels, from the one that should make the weakest members to the one that should make the best. */
  levels: GainLevel[];
  /**
   * The gain at the first level less the gain at the last, over groups of images. It counts as one training, since a
   * level has one run of each member, or an epoch of it.
   */
  difference: Interval;
}

type Level = StudyAnalysis["quality"][number];

/** Returns the gain of each image. */
const gains = ({ member, ensemble }: Level) => ensemble.map((dice, i) => dice - member[i]);

/** Sorts levels from the weakest by design to the best, which is that of the main runs. */
function byDesign(cause: string, levels: readonly Level[]): Level[] {
  const direction = hasName(SWEEPS, cause) && SWEEPS[cause].weaker === "higher" ? -1 : 1;
  return levels.toSorted((a, b) =>
    Number(a.level === null) - Number(b.level === null) || direction * (a.level! - b.level!)
  );
}

/** Computes the gain at one level less that at another, paired by image if the levels have the same images. */
function compareGains(weakest: Level, best: Level): Interval {
  if (weakest.ids.join() !== best.ids.join()) {
    return differenceInterval(
      clusterInterval([gains(weakest)], weakest.groups),
      clusterInterval([gains(best)], best.groups),
    );
  }
  const others = gains(best);
  return clusterInterval([gains(weakest).map((gain, i) => gain - others[i])], best.groups);
}

/**
 * Computes for each cause of weak members (a short training, few images, missed labels, hard images) the gain of the soft
 * vote over the mean member, and one interval: of the gain with the weakest members less the gain with the best. The
 * levels of a cause are not independent points, since they share images, and several may be epochs of one run.
 *
 * The design says which level is weakest, not the scores: on the same images, chance alone would link low scores to high
 * gains.
 *
 * @param analysis the analysis of a study
 * @returns causes with two levels or more; none if the study did not vary the quality of its members
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { gainsByCause, openStudy } from "lib/study";
 *
 * const { analysis } = await openStudy("dsb2018_fluo", join(projectFolder(), "results/committed"));
 * const [{ cause, levels, difference }] = gainsByCause(analysis);
 * assert.deepEqual([cause, levels.map(({ level }) => level)], ["training-length", [43, 129, 301]]);
 * // After 43 steps the vote gains more over its members than after 301.
 * assert.ok(difference.low > 0.05);
 * ```
 */
export function gainsByCause(analysis: Pick<StudyAnalysis, "quality">): CauseGains[] {
  return [...Map.groupBy(analysis.quality, ({ sweep }) => sweep)].flatMap(([cause, levels]) => {
    if (levels.length < 2 || levels.some(({ groups }) => new Set(groups).size < 2)) return [];
    const sorted = byDesign(cause, levels);
    return [{
      cause,
      members: sorted[0].members.length,
      levels: sorted.map((level) => ({
        level: level.level,
        quality: clusterInterval([level.member], level.groups),
        gain: clusterInterval([gains(level)], level.groups),
      })),
      difference: compareGains(sorted[0], sorted.at(-1)!),
    }];
  });
}

/**
 * Returns whether a cause made the members weaker: whether the mean member's observed Dice at the weakest level is lower by
 * the margin of 0.01 or more than at the best. What did not weaken the members says nothing about weak members.
 *
 * @param cause a cause with its levels
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { gainsByCause, openStudy, weakensMembers } from "lib/study";
 *
 * const { analysis } = await openStudy("quick", join(projectFolder(), "results/committed"));
 * const left = gainsByCause(analysis).filter((cause) => !weakensMembers(cause));
 * assert.deepEqual(left.map(({ cause }) => cause), ["training-set-size"]);
 * ```
 */
export function weakensMembers({ levels }: Pick<CauseGains, "levels">): boolean {
  return levels.at(-1)!.quality.estimate - levels[0].quality.estimate >= MARGIN;
}
