import { UserError } from "../io/user_error.ts";

/** Thrown for a configuration that cannot be; the message says what to write instead. */
export class ConfigError extends UserError {
  override readonly name = "ConfigError";
}
