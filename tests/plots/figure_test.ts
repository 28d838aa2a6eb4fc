import assert from "node:assert/strict";
import { chart, montage } from "lib/plots";

Deno.test("a chart with a title is refused, because Plot draws it as HTML", () => {
  assert.throws(() => chart({ description: "Losses", title: "Losses of all runs", marks: [] }), {
    name: "OptionError",
    message: /^The chart "Losses" has a title, .*: leave it out, and label the marks instead$/,
  });
});

Deno.test("a picture that consists of pixels is not saved as SVG", async () => {
  const image = { width: 2, height: 2, channels: 1, bits: 8, data: Uint8Array.of(0, 80, 160, 240) } as const;
  await assert.rejects(montage([{ image, caption: "a" }]).save("picture.svg"), {
    name: "OptionError",
    message: "picture.svg cannot be written as SVG, because the picture consists of pixels: save it as .png",
  });
});
