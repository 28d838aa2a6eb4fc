import type { RunRecord } from "./run_store.ts";

/** A finished run with the probability maps of its validation images. */
export interface TrainedRun {
  folder: string;
  record: RunRecord;
  /** Whether the run was finished before. */
  reused: boolean;
  /** Predicts each validation image with the chosen weights: probabilities as from `Segmenter.predict`. */
  predict(): Promise<Float32Array[]>;
}
