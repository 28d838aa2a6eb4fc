import assert from "node:assert/strict";
import { table } from "lib/display";

const html = (shown: ReturnType<typeof table>): string => shown[Symbol.for("Jupyter.display")]()["text/html"];

Deno.test("a column of numbers is aligned to the right, and one that also holds words to the left", () => {
  const shown = table(["name", "Dice", "found"], [["unet", 0.9, "0.9"], ["pspnet", 12, "0.8 with BCE"], [
    "otsu",
    "–",
    "–",
  ]]);
  assert.equal(
    shown.toString(),
    [
      "name    Dice   found",
      "──────  ─────  ────────────",
      "unet    0.900  0.9",
      "pspnet     12  0.8 with BCE",
      "otsu    –      –",
    ].join("\n"),
  );
  const rights = html(shown).matchAll(/text-align:right">([^<]*)</g).map(([, cell]) => cell).toArray();
  assert.deepEqual(rights, ["0.900", "12"]);
});

Deno.test("console.log shows a table as its text", () => {
  const shown = table(["name", "Dice"], [["UNet", 0.9]]);
  assert.equal(Deno.inspect(shown), String(shown));
});
