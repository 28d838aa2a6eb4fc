import { UserError } from "./user_error.ts";

/** Thrown for an option with an invalid value; the message names both, and the valid values. */
export class OptionError extends UserError {
  override readonly name = "OptionError";
}
