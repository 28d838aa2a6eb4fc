import { clusterInterval } from "../../evaluate/cluster_interval.ts";
import type { Interval } from "../../evaluate/interval.ts";
import { type Verdict, verdictBelow } from "../../evaluate/verdict.ts";
import { deviation, mean } from "../../math/mean.ts";
import { Random } from "../../math/random.ts";
import { usualLoss } from "../usual_loss.ts";
import type { Study } from "../study.ts";
import { heldOutDice, matchingRuns, membersRuns, seedRecipes } from "../compare/run_comparisons.ts";
import type { RunRecord } from "../../runs/run_store.ts";

/** Computes |Δ log| of a gradient's norm from each step to the next, which does not depend on its scale. */
export function stepJumps(norms: readonly number[]): number[] {
  return norms.slice(1).map((norm, i) => Math.abs(Math.log(norm / norms[i])));
}

/** Computes the mean of {@linkcode stepJumps}. */
export function normJumps(norms: readonly number[]): number {
  return mean(stepJumps(norms));
}

/** How stable training with one loss is. */
export interface LossStability {
  loss: string;
  /** Members' runs, of all folds and seeds. */
  runs: number;
  /** Number of the study's runs with this loss whose loss became NaN or infinite. */
  diverged: number;
  /** Number of the members' runs that find nothing: Dice below 0.05, of several classes that of their foreground. */
  collapsed: number;
  /** Mean of {@linkcode normJumps}. */
  jumps: number;
  /**
   * Mean loss of Dice at a threshold of 0.5, compared with the best threshold of each run; `null` if the task has no
   * threshold.
   */
  diceLostAtHalf: number | null;
  /** Standard deviation of Dice over seeds, the mean of the architectures with several; `null` with one seed. */
  spread: number | null;
  /** Expected calibration error over all pixels; `null`, as the next two, if the analysis leaves calibration out. */
  calibrationError: number | null;
  /** Expected calibration error near outlines. */
  boundaryCalibrationError: number | null;
  averagePrecision: number | null;
}

/** A difference between BCE's and focal loss's stability, BCE less focal. */
export interface StabilityDifference {
  /** What was measured. */
  id: "jumps" | "lost-at-half" | "spread";
  /** Its label. */
  measure: string;
  /** Below 0 BCE is more stable; its `groups` are architectures, or seeds, and its `trainings` are seeds. */
  difference: Interval;
  /** Whether BCE is more stable in this. */
  verdict: Verdict;
}

const MEASURES: Record<StabilityDifference["id"], string> = {
  jumps: "jumps of the gradient's norm",
  "lost-at-half": "Dice lost at a threshold of 0.5",
  spread: "spread of Dice over seeds",
};

const meanHeldOutDice = (run: RunRecord) => mean(heldOutDice(run));

/** Returns whether a run finds next to nothing. The mean of several classes counts absent ones as found. */
function findsNothing(run: RunRecord): boolean {
  return (run.foregroundScores?.model.microDice ?? meanHeldOutDice(run)) < 0.05;
}

/** Computes the stability of a study's trainings: with BCE (or cross-entropy of several classes), and with focal loss. */
export function lossStability(study: Pick<Study, "analysis" | "runs" | "diverged">): LossStability[] {
  const { task, leftOut } = study.analysis;
  return [usualLoss(task), "focal"].map((loss) => {
    const members = study.analysis.members.filter((member) => member.loss === loss);
    const runs = membersRuns(study, loss);
    const calibrations = members.flatMap(({ calibration }) => calibration ?? []);
    const meanCalibration = (value: (calibration: typeof calibrations[number]) => number) =>
      leftOut.includes("calibration") ? null : mean(calibrations.map(value));
    const spreads = seedRecipes(study).filter((recipe) => recipe.loss === loss)
      .map(({ runs }) => deviation(runs.map(meanHeldOutDice)));
    return {
      loss,
      runs: runs.length,
      diverged: study.diverged.filter(({ config }) => config.loss === loss).length,
      collapsed: runs.filter(findsNothing).length,
      jumps: mean(runs.map(({ gradientNorms }) => normJumps(gradientNorms))),
      diceLostAtHalf: leftOut.includes("thresholds")
        ? null
        : mean(runs.map(({ scores, tuned }) => tuned.dice - scores.model.dice)),
      spread: spreads.length ? mean(spreads) : null,
      calibrationError: meanCalibration(({ everywhere }) => everywhere),
      boundaryCalibrationError: meanCalibration(({ boundary }) => boundary),
      averagePrecision: meanCalibration(({ averagePrecision }) => averagePrecision),
    };
  });
}

/**
 * Compares the stability of BCE (or cross-entropy of several classes) and focal loss by up to three measures: jumps of the gradient's norm and Dice lost at a
 * threshold of 0.5, over pairs of runs that differ only in the loss, and spread over seeds (percentiles of a bootstrap that
 * resamples the seeds; a rough interval with few seeds). The interval over pairs is Student's t with architectures as units,
 * since the folds of one architecture are no independent pairs. With one architecture there is none.
 */
export function compareStability(study: Pick<Study, "analysis" | "runs">): StabilityDifference[] {
  const { task, leftOut } = study.analysis, usual = usualLoss(task);
  const focal = membersRuns(study, "focal");
  const pairs = membersRuns(study, usual).flatMap((bce) => {
    const other = matchingRuns(focal, bce, ["loss"]);
    return other.length ? [{ bce, focal: other[0] }] : [];
  });
  const architectures = pairs.map(({ bce }) => bce.config.architecture);
  const out: StabilityDifference[] = [];
  const add = (id: StabilityDifference["id"], difference: Interval) =>
    out.push({ id, measure: MEASURES[id], difference, verdict: verdictBelow(difference, 0) });
  const measures: [StabilityDifference["id"], (run: RunRecord) => number][] = [
    ["jumps", ({ gradientNorms }) => normJumps(gradientNorms)],
  ];
  if (!leftOut.includes("thresholds")) {
    measures.push(["lost-at-half", ({ scores, tuned }) => tuned.dice - scores.model.dice]);
  }
  for (const [id, read] of measures) {
    const differences = pairs.map(({ bce, focal }) => read(bce) - read(focal));
    if (new Set(architectures).size < 2 || differences.some(Number.isNaN)) continue;
    // Folds and architectures are no further trainings. Coverage was measured of scores, not of these.
    add(id, {
      ...clusterInterval([differences], architectures),
      trainings: new Set(pairs.map(({ bce }) => bce.config.seed)).size,
      coverage: NaN,
    });
  }
  const recipes = seedRecipes(study);
  const both = recipes.filter(({ loss }) => loss === usual).flatMap(({ architecture, runs }) => {
    const other = recipes.find((recipe) => recipe.loss === "focal" && recipe.architecture === architecture);
    return other ? [{ bce: runs.map(meanHeldOutDice), focal: other.runs.map(meanHeldOutDice) }] : [];
  });
  if (both.length) add("spread", spreadDifference(both));
  return out;
}

/** Computes the mean difference of standard deviations, first less second, with an interval over the seeds. */
function spreadDifference(
  both: readonly { bce: readonly number[]; focal: readonly number[] }[],
  draws = 2000,
): Interval {
  const random = new Random(0, 0x5eed);
  // The variance of a sample drawn from n seeds with replacement is smaller by the factor (n − 1) / n.
  const again = (values: readonly number[]) =>
    deviation(values.map(() => values[random.integer(values.length)])) *
    Math.sqrt(values.length / (values.length - 1));
  const drawn = Array.from({ length: draws }, () => mean(both.map(({ bce, focal }) => again(bce) - again(focal))));
  drawn.sort((a, b) => a - b);
  return {
    estimate: mean(both.map(({ bce, focal }) => deviation(bce) - deviation(focal))),
    low: drawn[Math.floor(0.025 * (draws - 1))],
    high: drawn[Math.ceil(0.975 * (draws - 1))],
    groups: both.reduce((sum, { bce }) => sum + bce.length, 0),
    trainings: Math.min(...both.map(({ bce }) => bce.length)),
    coverage: NaN,
  };
}
