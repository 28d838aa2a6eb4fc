import { ConfigError } from "../config_error.ts";

/**
 * Returns a weight for each class: those given, or equal weights if there are none.
 *
 * @throws {ConfigError} if there is another number of weights than of classes.
 */
export function fillClassWeights(given: readonly number[], classes: number): readonly number[] {
  if (given.length === 0) return Array.from({ length: classes }, () => 1);
  if (given.length === classes) return given;
  throw new ConfigError(
    `classWeights has ${given.length} ${
      given.length === 1 ? "number" : "numbers"
    } for ${classes} classes: give one for each`,
  );
}
