/**
 * Runs: one training in a folder with its record, and grids of many.
 * @module
 */
export { runGrid } from "./grid/grid.ts";
export { studyTable } from "./grid/grid_table.ts";
export type { Job } from "./grid/job.ts";
export type { DataSource } from "./grid/process_messages.ts";
export { secondsLeft } from "./grid/seconds_left.ts";
export { gridEntries, readGrid, StudyGrid } from "./grid/study_grid.ts";
export { trainingProcesses } from "./grid/training_process.ts";
export { projectFolder } from "../tensorflow/ffi/library.ts";
export { OBJECT_METHODS, type ObjectRecord } from "./object_record.ts";
export { predictionExplorer } from "./prediction_explorer.ts";
export { predictionMontage } from "./prediction_montage.ts";
export { readRun, RunError, type RunRecord } from "./run_store.ts";
export { objectTable, scoreTable } from "./score_table.ts";
export { haveInstances, scoreRunObjects } from "./score_run_objects.ts";
export { RecordedModel, train, type TrainOptions, type TrainSettings } from "./train.ts";
export { type TrainedRun, trainRun } from "./train_run.ts";
export { trainWithProgress } from "./train_with_progress.ts";
