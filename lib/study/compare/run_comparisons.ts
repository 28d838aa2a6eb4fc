import { comparePaired, type Comparison } from "../../evaluate/paired_comparison.ts";
import { count } from "../../io/count.ts";
import { OptionError } from "../../io/option_error.ts";
import { mean } from "../../math/mean.ts";
import type { TrainingConfig } from "../../train/config.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import type { Study } from "../study.ts";
import type { RunRecord } from "../../runs/run_store.ts";

/** Returns the Dice of each image that a run did not train on: validation, then test. */
export function heldOutDice({ imageDice, testDice }: RunRecord): number[] {
  return [...imageDice.model, ...testDice.model ?? []].map((dice) => dice ?? 1);
}

/** Returns the ids of the images of {@linkcode heldOutDice}. */
export function heldOutIds({ data }: RunRecord): string[] {
  return [...data.validation, ...data.test];
}

/** Returns the total seconds of training of several runs. */
export function trainingSeconds(runs: readonly RunRecord[]): number {
  return runs.reduce((sum, { seconds }) => sum + seconds.steps + seconds.waiting, 0);
}

/** Returns the runs on the same data that differ from one only in the given options. */
export function matchingRuns(
  runs: readonly RunRecord[],
  reference: RunRecord,
  ignored: readonly (keyof TrainingConfig)[],
): RunRecord[] {
  // The kept files and the speed do not affect scores.
  const free = new Set<string>([...ignored, "keepEpochs", "gradientNorm", "workers", "checkpointMinutes"]);
  const key = ({ config, data }: RunRecord) =>
    JSON.stringify([
      data.fingerprint,
      Object.entries(config).filter(([name]) => !free.has(name)).sort(([a], [b]) => a < b ? -1 : 1),
    ]);
  const wanted = key(reference);
  return runs.filter((run) => key(run) === wanted);
}

/** A study's analysis and finished runs. */
export interface AnalysedRuns extends Pick<Study, "analysis"> {
  runs: readonly RunRecord[];
}

/** Returns the finished runs of a study's members, in the order of its runs: of one loss, or of all. */
export function membersRuns({ analysis, runs }: AnalysedRuns, loss?: string): RunRecord[] {
  const members = analysis.members.filter((member) => loss === undefined || member.loss === loss);
  const names = new Set(members.flatMap(({ runs }) => runs));
  return runs.filter(({ run }) => names.has(run));
}

/** Several trainings of one recipe, on the first fold. */
export interface SeedRecipe {
  architecture: string;
  loss: string;
  /** Runs that differ only in the seed, by their seeds. */
  runs: RunRecord[];
}

/** Returns the recipes of a study's members that were trained with several seeds on the first fold. */
export function seedRecipes(study: AnalysedRuns): SeedRecipe[] {
  const recipes = Map.groupBy(
    membersRuns(study).filter(({ config }) => config.fold === 0),
    ({ config: { architecture, loss } }) => `${architecture} ${loss}`,
  );
  return [...recipes.values()].flatMap(([run]) => {
    const { architecture, loss } = run.config;
    const runs = matchingRuns(study.runs, run, ["seed"]).sort((a, b) => a.config.seed - b.config.seed);
    return runs.length > 1 ? [{ architecture, loss, runs }] : [];
  });
}

/** Returns a function that finds the group of an image. */
export function imageGroups({ outOfFold, test }: StudyAnalysis): (id: string) => string {
  const groups = new Map<string, string>();
  for (const { ids, groups: names } of [outOfFold, test]) ids.forEach((id, i) => groups.set(id, names[i]));
  return (id) => groups.get(id) ?? id;
}

/** Returns whether the images that a run did not train on are of two groups or more, as an interval needs. */
export function haveInterval(run: RunRecord, findGroup: (id: string) => string): boolean {
  return new Set(heldOutIds(run).map(findGroup)).size > 1;
}

/**
 * Compares two lists of runs on the images that none of them trained on: Dice of the first less that of the second,
 * paired by image. With several runs, such as seeds, runs at the same position are a pair, and training is a random
 * factor of the interval too.
 *
 * @throws {OptionError} if the lists are empty or differ in length, or if the runs differ in their images.
 */
export function compareRuns(
  ours: readonly RunRecord[],
  theirs: readonly RunRecord[],
  findGroup: (id: string) => string,
): Comparison {
  if (ours.length === 0 || ours.length !== theirs.length) {
    throw new OptionError(
      `${count(ours.length, "run")} cannot be compared with ${theirs.length}: give two lists of equal length, ` +
        "with the runs of each pair at the same position",
    );
  }
  const ids = heldOutIds(ours[0]);
  const odd = [...ours, ...theirs].find((run) => heldOutIds(run).join() !== ids.join());
  if (odd) {
    throw new OptionError(
      `The run ${odd.run} was scored on other images than ${
        ours[0].run
      }: compare runs of the same fold of the same data`,
    );
  }
  return comparePaired(ours.map(heldOutDice), theirs.map(heldOutDice), ids.map(findGroup));
}

/** A member trained with a smaller batch. */
export interface BatchComparison {
  architecture: string;
  batchSize: number;
  /** The members' batch size. */
  memberBatchSize: number;
  steps: number;
  /** Images seen, as a share of those that the member saw: 1 in more steps, or less in as many steps. */
  seen: number;
  /** Mean Dice on the first fold's unseen images. */
  dice: number;
  /** Dice of each image, less that of the member with the usual batch. */
  differences: number[];
  /** The images' groups. */
  groups: string[];
  comparison: Comparison;
}

/**
 * Compares the members of the first fold with the same members trained with smaller batches.
 *
 * @returns nothing if that fold has a single group of images
 */
export function compareBatchSizes({ analysis, runs }: Pick<Study, "analysis" | "runs">): BatchComparison[] {
  const findGroup = imageGroups(analysis);
  return membersRuns({ analysis, runs }).filter((run) => run.config.fold === 0 && haveInterval(run, findGroup))
    .flatMap((member) =>
      matchingRuns(runs, member, ["batchSize", "epochs"]).filter(({ config }) =>
        config.batchSize < member.config.batchSize
      )
        .sort((a, b) => a.config.batchSize - b.config.batchSize || b.config.epochs - a.config.epochs)
        .map((run): BatchComparison => {
          const theirs = heldOutDice(member), ours = heldOutDice(run);
          return {
            architecture: run.config.architecture,
            batchSize: run.config.batchSize,
            memberBatchSize: member.config.batchSize,
            steps: run.stepLosses.length,
            seen: run.config.epochs / member.config.epochs,
            dice: mean(ours),
            differences: ours.map((dice, i) => dice - theirs[i]),
            groups: heldOutIds(run).map(findGroup),
            comparison: compareRuns([run], [member], findGroup),
          };
        })
    );
}
