import { ConfigError } from "lib/train/config_error.ts";

/**
 * Parses `key=value` arguments into a record. A value is JSON, a list of bare words in brackets, or text.
 *
 * @throws {ConfigError} for an argument without `=`, or a key that is given twice.
 */
export function parseAssignments(assignments: readonly string[]): Record<string, unknown> {
  const read = new Map<string, unknown>();
  for (const assignment of assignments) {
    const at = assignment.indexOf("=");
    if (at < 1) throw new ConfigError(`-p ${assignment} has no value: write it as name=value, such as -p epochs=3`);
    const key = assignment.slice(0, at), value = assignment.slice(at + 1);
    if (read.has(key)) throw new ConfigError(`${key} is given more than once: give it once`);
    try {
      read.set(key, JSON.parse(value));
    } catch {
      // A shell removes the quotes from ["a","b"].
      const list = /^\[([^[\]{}"]+)\]$/.exec(value);
      read.set(key, list ? list[1].split(",").map((word) => word.trim()) : value);
    }
  }
  return Object.fromEntries(read);
}
