import type { StudyAnalysis } from "./analyse/analysis_record.ts";
import type { StudyFolder } from "./find_study.ts";
import type { RunRecord } from "../runs/run_store.ts";
import type { StudySource } from "./study_source.ts";
import type { DivergedRun } from "../runs/grid/train_job.ts";

/** A study's numbers. */
export interface Study extends StudyFolder {
  analysis: StudyAnalysis;
  /** Its images, as its folder records them. The demonstration that comes with the project has no record of them. */
  source?: StudySource;
  /** Its finished runs, without those of an earlier grid in the folder. */
  runs: RunRecord[];
  /** Trainings that ended because their loss was NaN or infinite. */
  diverged: DivergedRun[];
}
