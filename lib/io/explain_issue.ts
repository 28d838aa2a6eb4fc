import type { z } from "zod";
import { isNear, nearestWord } from "./nearest_word.ts";

/** Joins words to a choice: `a, b or c`. */
export function listChoices(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/**
 * Asks for one of the allowed words, and suggests the nearest if one is similar.
 *
 * @param found the value that was given instead
 * @returns `choose rows or columns (did you mean rows?)`
 */
export function askForWord(found: unknown, words: readonly string[]): string {
  if (words.length === 1) return `give ${words[0]}`;
  const near = typeof found === "string" && found ? nearestWord(found, words) : undefined;
  const hint = near !== undefined && isNear(String(found), near) ? ` (did you mean ${near}?)` : "";
  return `choose ${listChoices(words)}${hint}`;
}

/** The advice for each expected type. */
const KINDS: Record<string, string> = {
  number: "give a number",
  int: "give a whole number",
  string: "give text",
  boolean: "give true or false",
  array: 'give a list, such as ["a", "b"]',
  object: 'give names with values, such as {"a": 1}',
  record: 'give names with values, such as {"a": 1}',
};

function explainBound(word: string, origin: string, bound: number | bigint): string {
  const unit = origin === "array" ? ` ${bound === 1 ? "entry" : "entries"}` : origin === "string" ? " characters" : "";
  return `give ${word.replace("%", `${bound}${unit}`)}`;
}

/**
 * Explains which value to give instead of an invalid one.
 *
 * @param issue Zod's finding
 * @param found the value
 * @returns half a sentence without a full stop: `give a number above 0`
 */
export function explainIssue(issue: z.core.$ZodIssue, found: unknown): string {
  switch (issue.code) {
    case "invalid_type":
      return KINDS[issue.expected] ?? `give ${issue.expected}`;
    case "too_small":
      return explainBound(issue.inclusive ? "% or more" : "a number above %", issue.origin, issue.minimum);
    case "too_big":
      return explainBound(issue.inclusive ? "% or less" : "a number below %", issue.origin, issue.maximum);
    case "invalid_value":
      return askForWord(found, issue.values.map(String));
    case "invalid_union": {
      const parts = issue.errors.flatMap(([first]) =>
        first ? [explainIssue(first, found).replace(/^(give|choose) /, "")] : []
      );
      // A record of an unknown kind matches no member of the union.
      return `give ${parts.length ? listChoices(parts) : "a known one"}`;
    }
    case "unrecognized_keys":
      return `leave out ${issue.keys.join(", ")}`;
    default:
      return issue.message;
  }
}

/**
 * Describes what is wrong with a value in a file that a program has written.
 *
 * @param issue Zod's finding
 * @param given the whole value that was read
 * @param whole its name, used if the issue names no part of it
 * @returns half a sentence without a full stop: `epochs is -1 instead of a number above 0`, `epochs is missing`
 */
export function describeDamage(issue: z.core.$ZodIssue, given: unknown, whole: string): string {
  const where = writePath(issue.path) || whole, found = valueAt(given, issue.path);
  if (issue.code === "unrecognized_keys") return `${where} has ${issue.keys.join(", ")}, which is not known`;
  if (found === undefined) return `${where} is missing`;
  const shown = JSON.stringify(found).slice(0, 100);
  const wanted = explainIssue(issue, found).replace(/ \(did you mean .*\?\)$/, "");
  if (/^(give|choose) /.test(wanted)) {
    return `${where} is ${shown} instead of ${wanted.replace(/^(give|choose) /, "")}`;
  }
  // A message of the schema that describes the whole value.
  return issue.path.length === 0 ? wanted : `${where} is ${shown}: ${wanted}`;
}

/** Returns the value at a path in nested records and lists. */
export function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | null | undefined)?.[key], given);
}

/** Formats a path as in code: `blocks[0].losses`. */
export function writePath(path: readonly PropertyKey[]): string {
  return path.map((key, i) => typeof key === "number" ? `[${key}]` : `${i ? "." : ""}${String(key)}`).join("");
}
