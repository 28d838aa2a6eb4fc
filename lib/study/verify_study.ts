import { mean } from "../math/mean.ts";
import { judgeClaims } from "./claims/claims.ts";
import type { Study } from "./study.ts";
import { recordedAlgorithms } from "../train/machine.ts";
import { runMachines } from "../runs/run_machines.ts";
import type { RunRecord } from "../runs/run_store.ts";

/**
 * Largest differences in Dice of a rerun on another processor, thread count or library, for single runs and means of
 * members.
 */
export const TOLERANCE = { run: 0.05, member: 0.03 } as const;

/** A compared number or verdict. */
export interface Check {
  quantity: string;
  before: string;
  after: string;
  /** Largest difference; 0 for equality bit for bit. */
  tolerance: number;
  holds: boolean;
}

/** Returns whether two runs must be equal bit for bit: with the same processor, threads, algorithms, device and library. */
function sameMachine(a: RunRecord, b: RunRecord): boolean {
  const keys = ["processor", "threads", "device", "tensorflow"] as const;
  if (a.machines.length > 1 || b.machines.length > 1) return false;
  const algorithms = (record: RunRecord) => recordedAlgorithms(runMachines(record)[0]);
  if (algorithms(a) !== algorithms(b)) return false;
  return keys.every((key) => a.provenance[key] === b.provenance[key]);
}

/**
 * Returns the numbers of a run that its training decides, as text. Baselines need no training, and records of earlier
 * versions hold Otsu's threshold by another rule.
 */
function trainedNumbers({ stepLosses, imageDice, testDice }: RunRecord): string {
  return JSON.stringify([stepLosses, imageDice.model, testDice.model]);
}

/**
 * Compares a study with its rerun: every run's losses and scores (bit for bit on the same kind of machine, otherwise
 * within {@linkcode TOLERANCE}), every member's mean Dice, and every claim's verdict.
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
    const exact = sameMachine(record, other);
    equal &&= exact;
    const holds = exact ? trainedNumbers(record) === trainedNumbers(other) : Math.abs(before - after) <= TOLERANCE.run;
    checks.push({
      quantity: record.run,
      before: before.toFixed(4),
      after: after.toFixed(4),
      tolerance: exact ? 0 : TOLERANCE.run,
      holds,
    });
  }
  for (const member of committed.analysis.members) {
    const other = rerun.analysis.members.find(({ name }) => name === member.name);
    const before = mean(member.outOfFold), after = other ? mean(other.outOfFold) : NaN;
    const tolerance = equal ? 1e-6 : TOLERANCE.member;
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
