import assert from "node:assert/strict";
import { chart, montage } from "lib/plots";

Deno.test("a chart's title, subtitle and caption are parts of its SVG", () => {
  const { svg, height } = chart({
    description: "Losses",
    title: "The loss < 1 & falls",
    subtitle: "A line",
    caption: "A note",
    height: 100,
    marks: [],
  });
  for (const text of ["The loss &#60; 1 &#38; falls", "A line", "A note"]) assert.ok(svg!.includes(`>${text}</text>`));
  assert.ok(height > 150, "the texts have room above and below the plot");
});

Deno.test("a title that is wider than its chart is broken into lines, and a long name too", () => {
  const name = "a_file_name_without_any_space_that_is_far_wider_than_this_chart";
  const { svg } = chart({
    description: "",
    title: `Which is better, this or ${name}?`,
    width: 200,
    height: 50,
    marks: [],
  });
  const lines = [...svg!.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
  assert.ok(lines.length >= 3);
  assert.equal(lines.join("").replaceAll(" ", ""), `Which is better, this or ${name}?`.replaceAll(" ", ""));
});

Deno.test("a chart with a legend of swatches is refused, because Plot draws it as HTML", () => {
  const options = { color: { legend: true, domain: ["a", "b"], range: ["red", "blue"] }, marks: [] };
  assert.throws(() => chart({ description: "Losses", ...options }), {
    name: "OptionError",
    message: /^The chart "Losses" has a legend, .*: leave it out, and label the marks instead$/,
  });
});

Deno.test("a picture that consists of pixels is not saved as SVG", async () => {
  const image = { width: 2, height: 2, channels: 1, bits: 8, data: Uint8Array.of(0, 80, 160, 240) } as const;
  await assert.rejects(montage([{ image, caption: "a" }]).save("picture.svg"), {
    name: "OptionError",
    message: "picture.svg cannot be written as SVG, because the picture consists of pixels: save it as .png",
  });
});
