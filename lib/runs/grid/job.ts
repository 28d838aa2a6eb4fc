import type { RunRecord } from "../run_store.ts";
import type { GridEntry } from "./study_grid.ts";

/** One training run of a grid. */
export interface Job extends GridEntry {
  /** Name of its run, and of the folder in the results. */
  run: string;
  /** `locked`: another process is training it. */
  state: "waiting" | "running" | "done" | "reused" | "diverged" | "locked";
  /** Share of its time that is done, while it runs. */
  progress: number;
  /** Its epoch, loss and Dice, while it runs. */
  note?: string;
  /** Seconds that it took in this sitting. */
  seconds: number;
  /** Once it is done. */
  record?: RunRecord;
  /** Why it has no record, where it diverged. */
  message?: string;
}
