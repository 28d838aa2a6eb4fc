import { count } from "../io/count.ts";
import { mean } from "../math/mean.ts";
import { judgeClaims } from "./claims/claims.ts";
import { labelFor } from "./labels.ts";
import { ensembleTolerance, roundingTolerance } from "./rounding_spread.ts";
import type { Study } from "./study.ts";
import { roundsEqually } from "../train/machine.ts";
import { NUMERICS } from "../runs/provenance.ts";
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
 * included, with the same threads, algorithms and library, by versions with the same arithmetic. A name such as
 * "AMD EPYC" is not enough: it is of processors with AVX2 and of others with AVX-512. So a record without an instruction
 * set, as of earlier versions, equals none.
 */
function mustBeEqual(a: RunRecord, b: RunRecord): boolean {
  const [machine, ...more] = runMachines(a), [other, ...others] = runMachines(b);
  if (more.length || others.length || !machine.instructions || !other.instructions) return false;
  return roundsEqually(machine, other) &&
    a.provenance.tensorflow === b.provenance.tensorflow && a.provenance.numerics === b.provenance.numerics;
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

/**
 * Returns a sentence if versions with another arithmetic made records of a study, so that its rerun is compared within
 * tolerances everywhere; otherwise `undefined`.
 */
export function earlierNumerics({ runs }: Pick<Study, "runs">): string | undefined {
  const earlier = runs.filter(({ provenance }) => provenance.numerics !== NUMERICS);
  if (earlier.length === 0) return undefined;
  const records = count(earlier.length, "record");
  return `${records} of ${runs.length} come from versions whose training rounds otherwise than that of ${NUMERICS}, so ` +
    `these runs are compared within tolerances`;
}

/**
 * Returns whether the numbers of two runs that a training decides are equal bit for bit: every Dice and every loss.
 * Baselines need no training, and records of earlier versions hold Otsu's threshold by another rule.
 */
function trainedEqually(a: RunRecord, b: RunRecord): boolean {
  const [trained, other] = [a, b].map(({ imageDice, testDice, stepLosses }) =>
    JSON.stringify([imageDice.model, testDice.model, stepLosses])
  );
  return trained === other;
}

/** Compares the mean out-of-fold Dice of a member or an ensemble. */
function compareMeans(name: string, dice: readonly number[], other: readonly number[] | undefined, tolerance: number) {
  const before = mean(dice), after = other ? mean(other) : NaN;
  return {
    quantity: `${name}, mean Dice out of fold`,
    before: before.toFixed(4),
    after: other ? after.toFixed(4) : "missing",
    tolerance,
    holds: Math.abs(before - after) <= tolerance,
  };
}

/** Largest difference of two means that must be equal: records hold rounded numbers. */
const EQUAL_MEANS = 1e-6;

/**
 * Compares a run with its rerun: losses and scores, bit for bit on the same kind of machine, otherwise the mean Dice within
 * {@linkcode roundingTolerance}.
 */
export function verifyRun(record: RunRecord, other: RunRecord): Check {
  const before = record.scores.model.dice, after = other.scores.model.dice;
  const exact = mustBeEqual(record, other), isEqual = trainedEqually(record, other);
  const tolerance = exact ? 0 : roundingTolerance(record.config.architecture);
  return {
    quantity: record.run,
    before: before.toFixed(4),
    after: after.toFixed(4),
    tolerance,
    holds: exact ? isEqual : Math.abs(before - after) <= tolerance,
    isEqual,
  };
}

/**
 * Compares a study with its rerun: every run's losses and scores (bit for bit on the same kind of machine, otherwise
 * within {@linkcode roundingTolerance}), the mean Dice of every member and of every ensemble, and every claim's verdict.
 */
export function verifyStudy(committed: Study, rerun: Study): Check[] {
  const checks: Check[] = [];
  const again = new Map(rerun.runs.map((record) => [record.run, record]));
  let equal = true;
  for (const record of committed.runs) {
    const other = again.get(record.run);
    if (!other) {
      const before = record.scores.model.dice.toFixed(4);
      checks.push({ quantity: record.run, before, after: "missing", tolerance: 0, holds: false });
      continue;
    }
    const check = verifyRun(record, other);
    equal &&= check.tolerance === 0;
    checks.push(check);
  }
  const { members, ensembles } = committed.analysis;
  for (const member of members) {
    const other = rerun.analysis.members.find(({ name }) => name === member.name);
    const tolerance = equal ? EQUAL_MEANS : roundingTolerance(member.architecture, member.runs.length);
    checks.push(compareMeans(member.name, member.outOfFold, other?.outOfFold, tolerance));
  }
  for (const { id, outOfFold } of ensembles) {
    const other = rerun.analysis.ensembles.find((ensemble) => ensemble.id === id);
    const tolerance = equal ? EQUAL_MEANS : ensembleTolerance(members);
    checks.push(compareMeans(labelFor(id), outOfFold, other?.outOfFold, tolerance));
  }
  const verdicts = judgeClaims(rerun);
  for (const { id, claim, verdict } of judgeClaims(committed)) {
    const after = verdicts.find((each) => each.id === id)?.verdict ?? "missing";
    checks.push({ quantity: claim, before: verdict, after, tolerance: 0, holds: verdict === after });
  }
  return checks;
}
