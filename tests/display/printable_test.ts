import assert from "node:assert/strict";
import { printable, printableLines } from "lib/display/printable.ts";

Deno.test("printable() writes what a terminal would obey, and leaves all other text", () => {
  assert.equal(printable("\x1b]0;title\x07 \x9b2J\x7f\r\n\t"), "\\x1b]0;title\\x07 \\x9b2J\\x7f\\x0d\\x0a\\x09");
  assert.equal(
    printable("a\u202egnp.exe \u2066b\u2069 \u200f\ufeff"),
    "a\\u202egnp.exe \\u2066b\\u2069 \\u200f\\ufeff",
  );
  assert.equal(printable("half \ud83d."), "half \\ud83d.");
  const names = "Zellkerne 12 µm – naïve 核 🧫 e\u0301 שלום.tif";
  assert.equal(printable(names), names);
  assert.equal(printableLines("a\x1b\n\tb\r"), "a\\x1b\n\tb\\x0d");
});
