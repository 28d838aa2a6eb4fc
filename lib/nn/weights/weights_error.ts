import { UserError } from "../../io/user_error.ts";

/** Thrown for weights that do not fit a model, or that are not the requested ones; the message says why. */
export class WeightsError extends UserError {
  override readonly name = "WeightsError";
}
