import { printableLines } from "lib/display/printable.ts";

/** Writes a result: a line, or several, on standard output. What a terminal would obey is made visible. */
export function say(text: unknown): void {
  console.log(printableLines(String(text)));
}

/** Writes a warning on standard error; see {@linkcode say}. */
export function warn(text: unknown): void {
  console.error(printableLines(String(text)));
}
