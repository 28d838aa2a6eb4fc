import { ConfigError } from "lib/train/config_error.ts";

/**
 * `key=value` arguments as a record; a value is JSON where it can be, or a list of bare words in brackets, else text.
 *
 * @throws {ConfigError} for an argument without `=`.
 */
export function parseAssignments(assignments: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(assignments.map((assignment) => {
    const at = assignment.indexOf("=");
    if (at < 1) throw new ConfigError(`-p ${assignment} has no value: write it as name=value, such as -p epochs=3`);
    const value = assignment.slice(at + 1);
    try {
      return [assignment.slice(0, at), JSON.parse(value)];
    } catch {
      // A shell takes the quotes out of ["a","b"].
      const list = /^\[([^[\]{}"]+)\]$/.exec(value);
      return [assignment.slice(0, at), list ? list[1].split(",").map((word) => word.trim()) : value];
    }
  }));
}
