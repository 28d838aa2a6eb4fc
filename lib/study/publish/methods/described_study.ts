import { RunError } from "../../../runs/run_error.ts";
import type { RunRecord } from "../../../runs/run_store.ts";
import type { TrainingConfig } from "../../../train/config.ts";
import type { StudySource } from "../../study_source.ts";
import type { StudyAnalysis } from "../../analyse/analysis_record.ts";

/** A study whose methods are described. */
export interface DescribedStudy {
  analysis: StudyAnalysis;
  /** Its images, where they are recorded. */
  source?: Pick<StudySource, "folder" | "generated">;
  /** Its finished runs. */
  runs: readonly RunRecord[];
  /** Its trainings that diverged. Default: none. */
  diverged?: readonly { config: TrainingConfig }[];
}

/**
 * Returns the runs of the members.
 *
 * @throws {RunError} if the records of some are missing.
 */
export function memberRuns({ analysis, runs }: DescribedStudy): RunRecord[] {
  const byName = new Map(runs.map((record) => [record.run, record]));
  return analysis.members.flatMap(({ name, runs }) =>
    runs.map((run) => {
      const record = byName.get(run);
      if (!record) {
        throw new RunError(`The record of ${run}, a run of ${name}, is missing: run deno task study again`);
      }
      return record;
    })
  );
}

/** Returns the runs that are not of a member, such as further seeds. */
export function furtherRuns({ analysis, runs }: DescribedStudy): RunRecord[] {
  const members = new Set(analysis.members.flatMap((member) => member.runs));
  return runs.filter(({ run }) => !members.has(run));
}

/** Returns the distinct values of an option or a property, in the order of first appearance. */
export function distinct<Run, Value>(runs: readonly Run[], value: (run: Run) => Value): Value[] {
  return [...new Map(runs.map((run) => [JSON.stringify(value(run)), value(run)])).values()];
}

/** Formats a range of integers, such as `300 to 310`, or `300` if all are equal. */
export function showRange(numbers: readonly number[]): string {
  const low = Math.min(...numbers), high = Math.max(...numbers);
  return low === high ? low.toLocaleString("en") : `${low.toLocaleString("en")} to ${high.toLocaleString("en")}`;
}
