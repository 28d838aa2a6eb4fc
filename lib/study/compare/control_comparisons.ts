import { comparePaired, type Comparison } from "../../evaluate/paired_comparison.ts";
import { mean } from "../../math/mean.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import type { RunRecord } from "../../runs/run_store.ts";
import { requireSameImages } from "./require_same_images.ts";
import { type AnalysedRuns, compareRuns, haveInterval, imageGroups, seedRecipes } from "./run_comparisons.ts";

/** A comparison of the members of a study with the same members of its control. */
export interface ControlComparison {
  /** An architecture, or "all". */
  architecture: string;
  /** Study less control, paired by image, out of fold. */
  comparison: Comparison;
}

/** The part of an analysis that a comparison with a control reads. */
type Compared = Pick<StudyAnalysis, "members" | "outOfFold">;

/**
 * Compares a study with its control, which differs from it in one choice, such as the weights from which the networks
 * start: each architecture by the mean of its members that both studies have, and last the mean of all architectures.
 * Intervals are over groups.
 *
 * @param study the analysis of a study
 * @param control the analysis of another study of the same images and folds
 * @param scores the Dice per image of a member. Default: at a threshold of 0.5
 * @returns nothing of a member without such scores
 * @throws {OptionError} if the studies do not score the same images in the same folds.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { compareWithControl, openStudy } from "lib/study";
 *
 * const { analysis } = await openStudy("weak-members", join(projectFolder(), "results/committed"));
 * const itself = compareWithControl(analysis, analysis);
 * assert.equal(itself.at(-1)?.comparison.difference.estimate, 0);
 * ```
 */
export function compareWithControl(
  study: Compared,
  control: Compared,
  scores: (member: Compared["members"][number]) => readonly number[] | undefined = ({ outOfFold }) => outOfFold,
): ControlComparison[] {
  const { ids, groups } = study.outOfFold;
  requireSameImages(study, control, "The control scores");
  const perArchitecture = Map.groupBy(study.members, ({ architecture }) => architecture);
  const differences = [...perArchitecture].flatMap(([architecture, members]) => {
    const pairs = members.flatMap((member) => {
      const other = control.members.find(({ name }) => name === member.name);
      const [dice, before] = [member, other].map((each) => each && scores(each));
      return dice && before ? [dice.map((value, i) => value - before[i])] : [];
    });
    return pairs.length ? [{ architecture, dice: ids.map((_, i) => mean(pairs.map((pair) => pair[i]))) }] : [];
  });
  if (differences.length > 1) {
    differences.push({
      architecture: "all",
      dice: ids.map((_, i) => mean(differences.map(({ dice }) => dice[i]))),
    });
  }
  const none = ids.map(() => 0);
  return differences.map(({ architecture, dice }) => ({
    architecture,
    comparison: comparePaired([dice], [none], groups),
  }));
}

/** A comparison of several trainings of a recipe with those of a control. */
export interface ControlSeeds {
  architecture: string;
  loss: string;
  /** A run of the study per seed, on the first fold. */
  ours: RunRecord[];
  /** The control's runs of the same seeds. */
  theirs: RunRecord[];
  /** Study less control, paired by image and seed, on the images that none of the runs trained on. */
  comparison: Comparison;
}

/**
 * Compares a study with its control over the seeds of the first fold that both have, for each architecture and loss.
 * Training is a random factor of the intervals.
 *
 * @param study a finished study
 * @param control another study of the same images and folds
 * @returns nothing of a recipe without two seeds in both, or if the first fold has a single group of images
 * @throws {OptionError} if the studies do not score the same images in the same folds.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { compareSeedsWithControl, openStudy } from "lib/study";
 *
 * const committed = join(projectFolder(), "results/committed");
 * const [pretrained, scratch] = await Promise.all(["fluo-imagenet", "fluo-scratch"].map((name) => openStudy(name, committed)));
 * const unet = compareSeedsWithControl(pretrained, scratch).find(({ architecture }) => architecture === "unet");
 * assert.deepEqual([unet?.loss, unet?.ours.length], ["bce", 5]);
 * ```
 */
export function compareSeedsWithControl(study: AnalysedRuns, control: AnalysedRuns): ControlSeeds[] {
  requireSameImages(study.analysis, control.analysis, "The control scores");
  const findGroup = imageGroups(study.analysis), others = seedRecipes(control);
  return seedRecipes(study).flatMap(({ architecture, loss, runs }) => {
    const other = others.find((each) => each.architecture === architecture && each.loss === loss);
    const pairs = runs.flatMap((run) => {
      const same = other?.runs.find(({ config }) => config.seed === run.config.seed);
      return same ? [{ run, same }] : [];
    });
    if (pairs.length < 2 || !haveInterval(pairs[0].run, findGroup)) return [];
    const ours = pairs.map(({ run }) => run), theirs = pairs.map(({ same }) => same);
    return [{ architecture, loss, ours, theirs, comparison: compareRuns(ours, theirs, findGroup) }];
  });
}
