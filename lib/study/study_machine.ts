import { join } from "node:path";
import { exists } from "../io/exists.ts";
import { z } from "zod";
import { hasEntry } from "../nn/algorithms/choose_entry.ts";
import type { DigestOptions } from "../io/file_digest.ts";
import {
  describeMachine,
  isSameKind,
  Machine,
  recordedAlgorithms,
  roundsEqually,
  thisMachine,
} from "../train/machine.ts";
import { lockRun } from "../runs/lock_run.ts";
import { RunError } from "../runs/run_error.ts";
import { runMachines } from "../runs/run_machines.ts";
import { readRecord, writeRecord } from "../runs/record_file.ts";
import type { RunRecord } from "../runs/run_store.ts";
import { readRuns } from "./analyse/study_store.ts";

/** Schema of `study.json` in a study's folder: the identity of a study in addition to its grid. */
const StudyIdentity = z.object({
  version: z.literal(1),
  /** The machine on which it started; its threads are those of each training. */
  machine: Machine,
});

const FILE = "study.json";

/**
 * Returns the machine on which a study started. Studies of earlier versions do not record it; their finished runs do.
 *
 * @returns `undefined` if nothing has been trained
 * @throws {RunError} if its record is damaged, or has no digest.
 */
export async function readStudyMachine(folder: string, options: DigestOptions = {}): Promise<Machine | undefined> {
  const path = join(folder, FILE);
  const identity = await readRecord(path, StudyIdentity, {
    ...options,
    advice: "delete it, and the threads are taken from the finished runs",
  });
  if (identity) return identity.machine;
  const known = await exists(folder);
  const runs = known ? await readRuns(folder, null, options) : [];
  return runs.length ? runMachines(runs[0])[0] : undefined;
}

/**
 * Returns the algorithms of a study that began on a machine.
 *
 * @throws {RunError} if the table lacks their entry.
 */
export function studyAlgorithms(folder: string, machine: Machine): string {
  const algorithms = recordedAlgorithms(machine);
  if (hasEntry(algorithms)) return algorithms;
  throw new RunError(
    `${join(folder, FILE)}: this study uses the algorithms "${algorithms}", which the table lacks: add the entry to ` +
      "lib/nn/algorithms/algorithm_table.json, or start a new study",
  );
}

/**
 * Records the machine of a new study, and returns that of a study that has started. Its trainings continue with the
 * number of threads and the algorithms with which it started, so that each is equal bit for bit for any `--jobs`. Another
 * kind of processor rounds differently, which is reported.
 *
 * @param threads threads of each training of a new study
 * @param options.algorithms entry of the table of algorithms for a new study. Default: the one of this machine
 * @throws {RunError} if the table lacks the entry.
 * @throws {StoppedError} if the signal ended a wait for another command.
 */
export async function fixStudyMachine(
  folder: string,
  threads: number,
  { onWarning, algorithms, signal, ...options }: DigestOptions & {
    onWarning?: (message: string) => void;
    algorithms?: string;
    /** Ends a wait for another command that starts the study. */
    signal?: AbortSignal;
  } = {},
): Promise<Machine> {
  // If two commands start it at once, the second uses the record of the first.
  using _lock = await lockRun(folder, { wait: true, signal });
  const here: Machine = { ...thisMachine(threads), ...(algorithms && { algorithms }) };
  const begun = await readStudyMachine(folder, options);
  const machine = { ...(begun ?? here), algorithms: studyAlgorithms(folder, begun ?? here) };
  const isFixed = await exists(join(folder, FILE));
  if (!isFixed) await writeRecord(join(folder, FILE), { version: 1, machine }, { indent: 1 });
  if (!isSameKind(machine, here)) {
    // The algorithms stay those of the study.
    const [first, now] = [machine, here].map((each) => describeMachine({ ...each, algorithms: "" }));
    onWarning?.(
      `This study began with ${first}, and this is ${now}, which rounds differently: runs ` +
        "that are trained here differ from those of an undisturbed study, and its analysis lists both",
    );
  }
  return machine;
}

/** Counts the runs that each kind of machine trained; a run of several machines counts for each. */
export function countMachines(records: readonly RunRecord[]): (Machine & { runs: number })[] {
  const counts: (Machine & { runs: number })[] = [];
  for (const machine of records.flatMap(runMachines)) {
    const known = counts.find((each) => roundsEqually(each, machine));
    if (known) Object.assign(known, { runs: known.runs + 1, instructions: known.instructions || machine.instructions });
    else counts.push({ ...machine, runs: 1 });
  }
  return counts;
}

/** Returns a sentence if a study's runs come from machines that round differently, otherwise `undefined`. */
export function mixedMachines(machines: readonly (Machine & { runs: number })[]): string | undefined {
  if (machines.length < 2) return undefined;
  const each = machines.map((machine) => `${machine.runs} with ${describeMachine(machine)}`);
  return `The runs of this study were trained on machines that round differently, so part of their differences is ` +
    `rounding's: ${each.join("; ")}`;
}
