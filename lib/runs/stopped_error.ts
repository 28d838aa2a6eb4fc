import { RunError } from "./run_error.ts";

/** Thrown by work that was stopped; the same command continues it. */
export class StoppedError extends RunError {
  override readonly name = "StoppedError";

  constructor(message = "Stopped: run the same command again to continue") {
    super(message);
  }
}
