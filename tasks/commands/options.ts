import { askForWord } from "lib/io/explain_issue.ts";
import { ConfigError } from "lib/train/config_error.ts";
import { parseAssignments } from "../parse_assignments.ts";
import { callerPath } from "./caller_path.ts";
import type { Option } from "./command.ts";

/** Returns the only value of an option, or `undefined`. */
function single(given: readonly string[], name: string): string | undefined {
  if (given.length > 1) throw new ConfigError(`${name} is given ${given.length} times: give it once`);
  return given[0];
}

/** Makes an option without a value, which is on if given. */
export function flag(about: string): Option<boolean> {
  return { about, read: (given) => given.length > 0 };
}

/** Makes an option whose value is a text, such as an address. */
export function text(value: string, about: string, shown?: string): Option<string | undefined> {
  return { value, about, shown, read: single };
}

/** Makes an option whose value is a path; a relative path starts at the user's folder. */
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

/** Makes an option whose value is one of several words. */
export function choice<const Word extends string>(
  words: readonly Word[],
  about: string,
  shown?: string,
): Option<Word | undefined> {
  return {
    value: words.join("|"),
    about,
    shown,
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

/** Makes an option whose value is a list of words, separated by commas. */
export function words<const Word extends string>(words: readonly Word[], about: string): Option<Word[]> {
  return {
    value: "LIST",
    about: `${about}: ${words.join(", ")}`,
    read(given, name) {
      const found = given.flatMap((list) => list.split(",")).map((word) => word.trim());
      return found.map((text) => {
        const word = words.find((each) => each === text);
        if (word === undefined) throw new ConfigError(`${name} has "${text}": ${askForWord(text, words)}`);
        return word;
      });
    },
  };
}

/**
 * Makes an option whose value is a number in a range.
 *
 * @param what the expected value, for messages: "a number from 0 to 1"
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

/** Makes the option `-p key=value`, which may be repeated. */
export function parameters(about: string): Option<Record<string, unknown>> {
  return { value: "KEY=VALUE", short: "p", about: `${about}; may be repeated`, read: parseAssignments };
}
