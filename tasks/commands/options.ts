import { askForWord } from "lib/io/explain_issue.ts";
import { ConfigError } from "lib/train/config_error.ts";
import { parseAssignments } from "../parse_assignments.ts";
import { callerPath } from "./caller_path.ts";
import type { Option } from "./command.ts";

/** The one value of an option, or nothing. */
function single(given: readonly string[], name: string): string | undefined {
  if (given.length > 1) throw new ConfigError(`${name} is given ${given.length} times: give it once`);
  return given[0];
}

/** Something that is on where it is given. */
export function flag(about: string): Option<boolean> {
  return { about, read: (given) => given.length > 0 };
}

/** A text, such as an address. */
export function text(value: string, about: string, shown?: string): Option<string | undefined> {
  return { value, about, shown, read: single };
}

/** A path; a relative one starts at the folder in which the user called. */
export function path(value: string, about: string, shown?: string): Option<string | undefined> {
  return {
    value,
    about,
    shown,
    read(given, name) {
      const found = single(given, name);
      if (found?.trim() === "") throw new ConfigError(`${name} is empty: name a ${value.toLowerCase()}`);
      return found === undefined ? undefined : callerPath(found);
    },
  };
}

/** One of some words. */
export function choice<const Word extends string>(words: readonly Word[], about: string): Option<Word | undefined> {
  return {
    value: words.join("|"),
    about,
    read(given, name) {
      const found = single(given, name);
      const word = words.find((each) => each === found);
      if (found !== undefined && word === undefined) {
        throw new ConfigError(`${name} is "${found}": ${askForWord(found, words)}`);
      }
      return word;
    },
  };
}

/**
 * A number in a range.
 *
 * @param what is to be given, for messages: "a number from 0 to 1"
 */
export function number(
  value: string,
  about: string,
  { what, shown, fits }: { what: string; shown?: string; fits: (number: number) => boolean },
): Option<number | undefined> {
  return {
    value,
    about,
    shown,
    read(given, name) {
      const found = single(given, name);
      if (found === undefined) return undefined;
      const number = found.trim() === "" ? NaN : Number(found);
      if (!fits(number)) throw new ConfigError(`${name} is "${found}": give ${what}`);
      return number;
    },
  };
}

/** `-p key=value`, as often as wanted. */
export function parameters(about: string): Option<Record<string, unknown>> {
  return { value: "KEY=VALUE", short: "p", about: `${about}; may be repeated`, read: parseAssignments };
}
