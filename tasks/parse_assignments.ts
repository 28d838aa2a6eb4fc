import { ConfigError } from "lib/train/config_error.ts";

/**
 * `key=value` arguments as a record; a value is JSON where it can be, else text.
 *
 * @throws {ConfigError} for an argument without `=`.
 */
export function parseAssignments(assignments: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(assignments.map((assignment) => {
    const at = assignment.indexOf("=");
    if (at < 1) throw new ConfigError(`"${assignment}" is not of the form key=value, such as epochs=3`);
    const value = assignment.slice(at + 1);
    try {
      return [assignment.slice(0, at), JSON.parse(value)];
    } catch {
      return [assignment.slice(0, at), value];
    }
  }));
}
