import { UserError } from "./user_error.ts";

/** Thrown for an option whose value cannot be; the message names both and says what can. */
export class OptionError extends UserError {
  override readonly name = "OptionError";
}
