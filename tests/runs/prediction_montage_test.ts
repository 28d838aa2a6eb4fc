import assert from "node:assert/strict";
import { decode } from "fast-png";
import { parseConfig } from "lib";
import type { Dataset, Sample } from "lib/datasets/dataset.ts";
import { predictionMontage, type RunRecord, type TrainedRun } from "lib/runs";

const width = 64, height = 64, PIXELS = width * height;
/** Returns a value for each pixel of a square in the middle, and another one elsewhere. */
const square = (inside: number, outside = 0) =>
  Array.from({ length: PIXELS }, (_, i) => {
    const x = i % width, y = Math.floor(i / width);
    return Math.max(Math.abs(x - 32), Math.abs(y - 32)) < 12 ? inside : outside;
  });

/** Draws one image of a run, and returns the colour in the middle of it. */
async function draw(record: Partial<RunRecord>, labels: Partial<Sample["labels"]>, map: Float32Array) {
  const image = { width, height, channels: 1, bits: 8, data: new Uint8Array(PIXELS) } as const;
  const sample = {
    id: "a",
    group: "a",
    image,
    labels: { width, height, data: Uint16Array.from(square(1)), ...labels },
  };
  const run = {
    record: { data: { validation: ["a"] }, imageDice: { model: [0.5] }, ...record },
    predict: () => Promise.resolve([map]),
  } as unknown as TrainedRun;
  const figure = await predictionMontage(run, { samples: [sample] } as unknown as Dataset);
  const { data, channels, width: drawn, height: tall } = decode(figure.png);
  const at = ((tall - 12 - 256) * drawn + 12 + 256) * channels;
  return { description: figure.description, color: [...data.slice(at, at + 3)] };
}

Deno.test("predictionMontage() tints pixels of another class, and says so", async () => {
  const config = parseConfig({ task: "classes", classNames: ["background", "round", "long"] });
  const classes = Uint8Array.from(square(1));
  const map = Float32Array.from(square(2).flatMap((found) => [0, 1, 2].map((each) => each === found ? 0.8 : 0.1)));
  const { description, color: [red, green, blue] } = await draw({ config }, { classes }, map);
  assert.ok(red > 120 && green < 30 && blue > 90, `the wrong class is magenta, not ${[red, green, blue]}`);
  assert.match(description, /magenta the wrong class$/);
});

Deno.test("predictionMontage() draws the objects that rank the images", async () => {
  const config = parseConfig({ threshold: 0.5 }), map = Float32Array.from(square(0.7));
  const objects = {
    tuned: { parameters: { threshold: 0.9, prominence: 0.15, minArea: 0 }, score: 0 },
    imagePrecisions: { watershed: [0] },
  } as unknown as RunRecord["objects"];
  const mask = await draw({ config }, {}, map);
  assert.deepEqual(mask.color, [0, 0, 0], "the mask has the pixel");
  assert.doesNotMatch(mask.description, /average precision/);
  const { description, color: [red, green, blue] } = await draw({ config, objects }, {}, map);
  assert.ok(red > 120 && green > 90 && blue < 30, "the watershed's objects miss it");
  assert.match(description, /by the mean average precision of their objects/);
});
