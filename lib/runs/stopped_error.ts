import { RunError } from "./run_error.ts";

/** Thrown by work that was stopped: the same command goes on with it. */
export class StoppedError extends RunError {
  override readonly name = "StoppedError";

  constructor(message = "Stopped: run the same command again to go on") {
    super(message);
  }
}
