import { UserError } from "../io/user_error.ts";

/**
 * Thrown for an invalid configuration; the message says what to write instead.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ConfigError, parseConfig } from "lib";
 *
 * assert.throws(() => parseConfig({ epochs: 0 }), ConfigError);
 * ```
 */
export class ConfigError extends UserError {
  override readonly name = "ConfigError";
}
