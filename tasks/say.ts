import { printableLines } from "lib/display/printable.ts";

/** Writes one or several lines of results to standard output. Control characters are made visible. */
export function say(text: unknown): void {
  console.log(printableLines(String(text)));
}

/** Writes a warning to standard error; see {@linkcode say}. */
export function warn(text: unknown): void {
  console.error(printableLines(String(text)));
}
