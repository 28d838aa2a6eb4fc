import type { StudyAnalysis } from "./analysis_record.ts";
import type { RunRecord } from "./run_store.ts";
import type { Divergence } from "./train_cell.ts";

/** A study's numbers. */
export interface Study {
  /** The name that it was opened by: its folder's in the results. */
  name: string;
  folder: string;
  analysis: StudyAnalysis;
  /** Its finished runs; not those that an earlier grid left in the folder. */
  runs: RunRecord[];
  /** Trainings that ended because their loss was no number. */
  diverged: Divergence[];
}
