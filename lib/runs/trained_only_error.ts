import { RunError } from "./run_error.ts";

/** Thrown for a run that is trained, and that was to be trained only: its predictions are missing. */
export class TrainedOnlyError extends RunError {
  override readonly name = "TrainedOnlyError";
}
