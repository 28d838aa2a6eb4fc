import { ConfigError } from "lib/train/config_error.ts";

/**
 * `key=value` arguments as a record; a value is JSON where it can be, else text.
 *
 * @throws {ConfigError} for an argument without `=`, or a key that is given twice.
 */
export function parseAssignments(assignments: readonly string[]): Record<string, unknown> {
  const read = new Map<string, unknown>();
  for (const assignment of assignments) {
    const at = assignment.indexOf("=");
    if (at < 1) throw new ConfigError(`"${assignment}" is not of the form key=value, such as epochs=3`);
    const key = assignment.slice(0, at), value = assignment.slice(at + 1);
    if (read.has(key)) throw new ConfigError(`${key} is given more than once: give it once`);
    try {
      read.set(key, JSON.parse(value));
    } catch {
      read.set(key, value);
    }
  }
  return Object.fromEntries(read);
}
