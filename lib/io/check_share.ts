import { OptionError } from "./option_error.ts";

/** @throws {OptionError} if a value is not between 0 and 1. */
export function checkShare(name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw new OptionError(`${name} is ${value}: give 0 to 1`);
}
