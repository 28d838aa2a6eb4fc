import assert from "node:assert/strict";
import { createModel, ensemble, generateDataset, type Image, TrainedModel } from "lib";
import { type ImageSource, imageSource } from "lib/images";
import type { PredictorOptions } from "lib/nn";
import type { TaskChoice } from "lib/task";

const small = (options: PredictorOptions & { seed?: number; choice?: TaskChoice } = {}) => {
  const { seed = 1, choice = {}, ...tiles } = options;
  const model = createModel({
    architecture: "unet",
    encoder: "resnet18",
    encoderDepth: 3,
    decoderChannels: [8, 8, 8],
    seed,
    ...choice,
  });
  return new TrainedModel(model, { normalization: "robust", threshold: 0.5 }, tiles);
};

const { samples: [{ image: square }] } = await generateDataset({ count: 1, size: 160, modality: "fluorescence" });
/** Sides that neither tiles nor the grid of 32 divide. */
const crop = async (width: number, height: number): Promise<Image> =>
  await imageSource(square).read({ x: 0, y: 0, width, height });
const inBands = (image: Image): ImageSource => ({ ...imageSource(image), bandRows: 16 });

/** Joins rows, which must follow each other. */
async function join(rows: AsyncIterable<{ top: number; height: number; data: Float32Array }>, image: Image) {
  const values: number[] = [];
  let next = 0, parts = 0;
  for await (const { top, height, data } of rows) {
    assert.equal(top, next);
    next += height;
    parts++;
    values.push(...data);
  }
  assert.equal(next, image.height);
  return { map: Float32Array.from(values), parts };
}

function assertNear(found: Float32Array, expected: Float32Array): void {
  assert.equal(found.length, expected.length);
  assert.ok(found.every((value, i) => Math.abs(value - expected[i]) <= 1e-6));
}

Deno.test("rows of a map are those of the map, in tiles of any number", async () => {
  for (
    const [width, height, options] of [
      [150, 131, { wholePixels: 1, tileSize: 64, batchPixels: 2 * 64 ** 2 }],
      [70, 160, { wholePixels: 1, tileSize: 96 }],
      [160, 40, { wholePixels: 1, tileSize: 64, batchPixels: 2 * 64 ** 2 }],
      [33, 65, { wholePixels: 1, tileSize: 32 }],
      [90, 70, {}],
      [150, 131, { wholePixels: 1, tileSize: 64, batchPixels: 64 ** 2, choice: { task: "border" } }],
    ] as const
  ) {
    using segmenter = small(options);
    const image = await crop(width, height), reports: number[] = [];
    const { map, parts } = await join(segmenter.predictRows(inBands(image), (done) => reports.push(done)), image);
    assertNear(map, await segmenter.predict(image));
    if (height === 131) assert.ok(parts > 2, `${parts} parts`);
    assert.equal(reports.at(-1), 1);
  }
});

Deno.test("an ensemble combines rows of members whose tiles differ in size", async () => {
  const members = [
    small({ seed: 1, wholePixels: 1, tileSize: 64, batchPixels: 2 * 64 ** 2 }),
    small({ seed: 2, wholePixels: 1, tileSize: 96 }),
  ];
  using both = ensemble(members, { weights: [1, 3] });
  const image = await crop(150, 131);
  assertNear((await join(both.predictRows(inBands(image)), image)).map, await both.predict(image));
});

Deno.test("an ensemble by stacking, which combines whole maps, refuses rows and says what to do", async () => {
  const members = [small({ seed: 1 }), small({ seed: 2 })];
  const dataset = await generateDataset({ count: 4, size: 64 });
  const images = dataset.samples.map(({ id }) => id);
  using stacked = await ensemble(members, { method: "stacking", dataset, images, steps: 1 });
  await assert.rejects(
    join(stacked.predictRows(imageSource(square)), square),
    /^OptionError: The ensemble combines whole maps, .*: predict with one of its members, or choose a smaller level/,
  );
});
