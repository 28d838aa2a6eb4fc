import { OptionError } from "../io/option_error.ts";

/** @throws {OptionError} if an area is negative. */
export function checkArea(name: string, value: number): void {
  if (!(value >= 0)) throw new OptionError(`${name} is ${value}: give 0 or more pixels`);
}
