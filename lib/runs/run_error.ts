import { UserError } from "../io/user_error.ts";

/** Thrown when a run's or a study's folder cannot be used; the message says why. */
export class RunError extends UserError {
  override readonly name: string = "RunError";
}
