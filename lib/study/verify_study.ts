import { count } from "../io/count.ts";
import { mean } from "../math/mean.ts";
import { judgeClaims } from "./claims/claims.ts";
import { roundingTolerance } from "./rounding_spread.ts";
import type { Study } from "./study.ts";
import { isSameKind, recordedAlgorithms } from "../train/machine.ts";
import { runMachines } from "../runs/run_machines.ts";
import type { RunRecord } from "../runs/run_store.ts";

/** A compared number or verdict. */
export interface Check {
  quantity: string;
  before: string;
  after: string;
  /** Largest difference; 0 for equality bit for bit. */
  tolerance: number;
  holds: boolean;
  /** Whether all numbers of a run are equal bit for bit; absent of other quantities. */
  isEqual?: boolean;
}

/**
 * Returns whether two runs must be equal bit for bit: each of a single machine, of the same kind, instruction set
 * included, with the same threads, algorithms and library. A name such as "AMD EPYC" is not enough: it is of processors
 * with AVX2 and of others with AVX-512. So a record without an instruction set, as of earlier versions, equals none.
 */
function mustBeEqual(a: RunRecord, b: RunRecord): boolean {
  const [machine, ...more] = runMachines(a), [other, ...others] = runMachines(b);
  if (more.length || others.length || !machine.instructions || !other.instructions) return false;
  return machine.threads === other.threads && isSameKind(machine, other) &&
    recordedAlgorithms(machine) === recordedAlgorithms(other) && a.provenance.tensorflow === b.provenance.tensorflow;
}

/**
 * Returns a sentence if records of a study lack the instruction set of their processor, so that its rerun is compared
 * within tolerances everywhere; otherwise `undefined`.
 */
export function unknownInstructions({ runs }: Pick<Study, "runs">): string | undefined {
  const lacking = runs.filter((record) => runMachines(record).some(({ instructions }) => !instructions));
  if (lacking.length === 0) return undefined;
  return `${count(lacking.length, "record")} of ${runs.length} do not say which instructions the processor has ` +
    `("${lacking[0].provenance.processor}"), so these runs are compared within tolerances, not bit for bit`;
}

/** Largest relative difference of a loss: earlier versions rounded the value of BCE otherwise, not its gradient. */
const LOSS_ROUNDING = 1e-5;

/**
 * Returns whether the numbers of two runs that a training decides are equal: every Dice bit for bit, and every loss.
 * Baselines need no training, and records of earlier versions hold Otsu's threshold by another rule.
 */
function trainedEqually(a: RunRecord, b: RunRecord): boolean {
  const dice = ({ imageDice, testDice }: RunRecord) => JSON.stringify([imageDice.model, testDice.model]);
  return dice(a) === dice(b) && a.stepLosses.length === b.stepLosses.length &&
    a.stepLosses.every((loss, i) => Math.abs(loss - b.stepLosses[i]) <= LOSS_ROUNDING * Math.max(1, Math.abs(loss)));
}

/**
 * Compares a study with its rerun: every run's losses and scores (bit for bit on the same kind of machine, otherwise
 * within {@linkcode roundingTolerance}), every member's mean Dice, and every claim's verdict.
 */
export function verifyStudy(committed: Study, rerun: Study): Check[] {
  const checks: Check[] = [];
  const again = new Map(rerun.runs.map((record) => [record.run, record]));
  let equal = true;
  for (const record of committed.runs) {
    const other = again.get(record.run);
    const before = record.scores.model.dice;
    if (!other) {
      checks.push({ quantity: record.run, before: before.toFixed(4), after: "missing", tolerance: 0, holds: false });
      continue;
    }
    const after = other.scores.model.dice;
    const exact = mustBeEqual(record, other);
    equal &&= exact;
    const isEqual = trainedEqually(record, other);
    const tolerance = exact ? 0 : roundingTolerance();
    checks.push({
      quantity: record.run,
      before: before.toFixed(4),
      after: after.toFixed(4),
      tolerance,
      holds: exact ? isEqual : Math.abs(before - after) <= tolerance,
      isEqual,
    });
  }
  for (const member of committed.analysis.members) {
    const other = rerun.analysis.members.find(({ name }) => name === member.name);
    const before = mean(member.outOfFold), after = other ? mean(other.outOfFold) : NaN;
    const tolerance = equal ? 1e-6 : roundingTolerance(member.runs.length);
    checks.push({
      quantity: `${member.name}, mean Dice out of fold`,
      before: before.toFixed(4),
      after: after.toFixed(4),
      tolerance,
      holds: Math.abs(before - after) <= tolerance,
    });
  }
  const verdicts = judgeClaims(rerun);
  for (const { id, claim, verdict } of judgeClaims(committed)) {
    const after = verdicts.find((each) => each.id === id)?.verdict ?? "missing";
    checks.push({ quantity: claim, before: verdict, after, tolerance: 0, holds: verdict === after });
  }
  return checks;
}
