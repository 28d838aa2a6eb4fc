import type { RunRecord } from "../run_store.ts";
import type { GridEntry } from "./study_grid.ts";

/** One training run of a grid. */
export interface Job extends GridEntry {
  /** Name of its run, which is also its folder in the results. */
  run: string;
  /** `locked`: another process is training it. `trained`: its predictions are missing, as it was to be trained only. */
  state: "waiting" | "running" | "done" | "reused" | "diverged" | "locked" | "trained";
  /** Completed share of its time, while it runs. */
  progress: number;
  /** Its epoch, loss and Dice, while it runs. */
  note?: string;
  /** Seconds in this sitting. */
  seconds: number;
  /** Its record, once it is finished. */
  record?: RunRecord;
  /** The reason why it has no record, if it diverged. */
  message?: string;
}
