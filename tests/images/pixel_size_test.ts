import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { decodeImage } from "lib/images";
import { pixelSides } from "lib/images/pixel_size.ts";

const folder = new URL("../fixtures/", import.meta.url);
const { script, cases }: {
  script: string;
  cases: { what: string; size: [number, number] | null; tiff: string }[];
} = JSON.parse(await Deno.readTextFile(new URL("pixel_sizes.json", folder)));

Deno.test("the fixtures of pixel sizes come from the script beside them", () => {
  const text = Deno.readTextFileSync(new URL("make_pixel_size_fixtures.py", folder));
  assert.equal(script, createHash("sha256").update(text).digest("hex"), "run make_pixel_size_fixtures.py again");
});

for (const { what, size, tiff } of cases) {
  Deno.test(`decodeImage() ${size ? "takes" : "takes no"} pixel size: ${what}`, async () => {
    const { pixelSize } = await decodeImage(Uint8Array.fromBase64(tiff), "a.tif");
    if (!size) return assert.equal(pixelSize, undefined);
    assert.ok(pixelSize);
    assert.equal(typeof pixelSize, size[0] === size[1] ? "number" : "object");
    for (const [k, side] of pixelSides(pixelSize).entries()) {
      assert.ok(Math.abs(side - size[k]) <= 1e-6 * size[k], `${side}, not ${size[k]}`);
    }
  });
}
