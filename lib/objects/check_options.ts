import { OptionError } from "../io/option_error.ts";

/** @throws {OptionError} if a value is not between 0 and 1. */
export function checkShare(name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw new OptionError(`${name} is ${value}: give 0 to 1`);
}

/** @throws {OptionError} if an area is negative. */
export function checkArea(name: string, value: number): void {
  if (!(value >= 0)) throw new OptionError(`${name} is ${value}: give 0 or more pixels`);
}
