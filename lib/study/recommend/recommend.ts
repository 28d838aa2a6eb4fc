import { clusterInterval } from "../../evaluate/cluster_interval.ts";
import type { Interval } from "../../evaluate/interval.ts";
import { comparePaired } from "../../evaluate/paired_comparison.ts";
import { differenceVerdict } from "../../evaluate/verdict.ts";
import { mean } from "../../math/mean.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { classIntervals } from "../compare/class_dice.ts";
import { BEST_SINGLE, compareEnsembles, type EnsembleComparison, partDice } from "../compare/comparisons.ts";
import { compareTuned } from "../compare/tuned_comparisons.ts";
import { predictionSeconds, type TimedRun } from "./prediction_seconds.ts";
import type { Recommendation } from "./recommendation.ts";

/** Options of {@linkcode recommend}. */
export interface RecommendOptions {
  /** The study's runs, for the time of a prediction. Default: none. */
  runs?: readonly TimedRun[];
  /** The command that segments new images. Default: none. */
  command?: string | null;
}

/** Returns the comparison with the largest value. */
function largest(
  comparisons: readonly EnsembleComparison[],
  value: (comparison: EnsembleComparison) => number,
): EnsembleComparison | undefined {
  return comparisons.toSorted((a, b) => value(b) - value(a))[0];
}

/** Returns an interval without other properties. */
const plain = ({ estimate, low, high, groups }: Interval) => ({ estimate, low, high, groups });

/** Returns what tuned thresholds would change for a single member, if that is more than the margin. */
function tunedMember(
  { outOfFold: { groups } }: StudyAnalysis,
  member?: StudyAnalysis["members"][number],
): Recommendation["tuned"] {
  if (!member?.tunedOutOfFold || !member.tunedThresholds) return null;
  const { difference } = comparePaired([member.tunedOutOfFold], [member.outOfFold], groups);
  if (differenceVerdict(difference) !== "better") return null;
  return { thresholds: member.tunedThresholds, dice: plain(clusterInterval([member.tunedOutOfFold], groups)) };
}

/** Compares a Dice per image, out of fold, with that of each baseline of a study. */
function versusBaselines(
  { baselines = {}, outOfFold }: StudyAnalysis,
  dice: number[],
): Recommendation["versusBaselines"] {
  return Object.fromEntries(
    Object.entries(baselines).map(([id, baseline]) => [
      id,
      plain(comparePaired([dice], [baseline.outOfFold], outOfFold.groups).difference),
    ]),
  );
}

/**
 * Chooses what segments new images. An ensemble is better than the best single member if the whole interval of its
 * out-of-fold difference lies above +0.01, and where the analysis has scores at tuned thresholds, there too. Of the ensembles
 * that are better, the one with the highest mean Dice is chosen; if none is, the member with the highest mean Dice out of fold.
 * The verdict on the trained networks decides, since these networks segment the new images. Ensembles that learn on images that their members trained on are
 * never chosen.
 *
 * @param analysis the analysis of the study
 * @returns the choice, with its scores and its cost
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { openStudy, recommend } from "lib/study";
 *
 * const { analysis, runs } = await openStudy("dsb2018_fluo", join(projectFolder(), "results/committed"));
 * const { kind, members: [{ name }], cost } = recommend(analysis, { runs });
 * assert.deepEqual([kind, name, cost.models], ["single", "unet bce", 3]);
 * ```
 */
export function recommend(
  analysis: StudyAnalysis,
  { runs = [], command = null }: RecommendOptions = {},
): Recommendation {
  const compared = compareEnsembles(analysis, "outOfFold").filter(({ inFold }) => !inFold);
  const tuned = new Map(compareTuned(analysis).map(({ id, versusBest }) => [id, versusBest.difference]));
  // An ensemble that is better at 0.5 only is a better threshold, which one network can have for itself.
  // So one that has no other threshold, a majority vote, is not chosen where there are tuned ones.
  const better = compared.filter(({ id, versusBest }) =>
    [versusBest.difference, ...(tuned.size ? [tuned.get(id)] : [])].every((each) =>
      each && differenceVerdict(each) === "better"
    )
  );
  const tunedGain = (id: string) => {
    const difference = tuned.get(id);
    return difference ? plain(difference) : null;
  };
  const chosen = largest(better, ({ dice }) => dice.estimate);
  const gaining = largest(compared, ({ versusBest }) => versusBest.difference.estimate);
  const best = analysis.members.toSorted((a, b) => mean(b.outOfFold) - mean(a.outOfFold))[0];
  const entry = chosen ? analysis.ensembles.find(({ id }) => id === chosen.id)! : best;
  const weights = chosen ? analysis.ensembles.find(({ id }) => id === chosen.id)!.weights : null;
  const members = chosen
    ? analysis.members.flatMap(({ name, runs }, m) => {
      const weight = weights?.[m] ?? null;
      return weight === 0 ? [] : [{ name, weight, runs }];
    })
    : [{ name: best.name, weight: null, runs: best.runs }];
  const timed = members.map(({ runs: names }) => runs.filter(({ run }) => names.includes(run)));
  const parameters = new Map(analysis.members.map(({ name, parameters }) => [name, parameters]));
  const interval = (part: "outOfFold" | "test") =>
    plain(clusterInterval([partDice(entry, part)], analysis[part].groups));
  return {
    version: 1,
    task: analysis.task,
    kind: chosen ? "ensemble" : "single",
    method: chosen?.method ?? BEST_SINGLE,
    members,
    outOfFold: interval("outOfFold"),
    ...(entry.classDice && {
      classes: Object.fromEntries(
        Object.entries(classIntervals(entry.classDice, analysis.outOfFold.groups)).map(([name, dice]) => [
          name,
          plain(dice),
        ]),
      ),
    }),
    // An interval needs two groups.
    test: new Set(analysis.test.groups).size > 1 ? interval("test") : null,
    precision: entry.precision ? plain(clusterInterval([entry.precision], analysis.outOfFold.groups)) : null,
    bestEnsemble: gaining
      ? { method: gaining.method, gain: plain(gaining.versusBest.difference), tunedGain: tunedGain(gaining.id) }
      : null,
    tuned: tunedMember(analysis, chosen ? undefined : best),
    versusBaselines: versusBaselines(analysis, entry.outOfFold),
    cost: {
      models: members.reduce((sum, { runs }) => sum + runs.length, 0),
      parameters: members.reduce((sum, { name, runs }) => sum + runs.length * parameters.get(name)!, 0),
      secondsPerImage: timed.every((each) => each.length > 0) ? predictionSeconds(timed) : null,
    },
    command,
  };
}
