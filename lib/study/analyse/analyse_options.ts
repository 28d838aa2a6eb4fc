import type { EnsembleMethodId } from "../../ensemble/methods/methods.ts";
import type { Dataset } from "../../datasets/dataset.ts";
import type { Job } from "../../runs/grid/job.ts";

/** Options of `analyseStudy`. */
export interface AnalyseOptions {
  dataset: Dataset;
  /** Returns the data set of another difficulty, if the grid has such blocks. */
  datasetFor?: (difficulty: number) => Promise<Dataset>;
  jobs: readonly Job[];
  /** Folder of all runs. */
  results: string;
  /**
   * Ensemble methods to score. Default: all, and if the runs kept maps of training images, the meta-models fitted on these.
   */
  methods?: readonly EnsembleMethodId[];
  /**
   * Whether each part is saved in the folder of the runs, so that the same call continues after a stop, and jobs can
   * compute parts: see `analysePart`. Default `false`.
   */
  resume?: boolean;
  onProgress?: (done: number, step: string) => void;
  /** Stops the analysis and throws the signal's reason. Default: the notebook's Stop button. */
  signal?: AbortSignal;
}
