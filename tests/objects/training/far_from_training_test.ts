import assert from "node:assert/strict";
import { generateDataset, type Image, type LabelImage } from "lib";
import { describeImage, farFromTraining, learnTrainingStatistics } from "lib/objects";
import { hasSpecks } from "lib/objects/training/far_from_training.ts";
import { TRAINING_STATISTICS } from "lib/objects/training/training_statistics.ts";

const { samples } = await generateDataset({ count: 4, size: 96, seed: 5, modality: "fluorescence" });
const training = learnTrainingStatistics(samples)!;
const [{ image, labels }] = samples;

function notes(image: Image, labels?: LabelImage): string[] {
  return farFromTraining(describeImage(image, labels), training);
}

/** Enlarges an image or a label image by whole factors. */
function enlarge<Pixels extends { width: number; height: number; data: Image["data"] | LabelImage["data"] }>(
  pixels: Pixels,
  factor: number,
): Pixels {
  const { width, height, data } = pixels;
  const out = data.slice(0, 0).constructor as Uint8ArrayConstructor;
  const large = new out(width * height * factor ** 2);
  for (let i = 0; i < large.length; i++) {
    const x = Math.floor(i % (width * factor) / factor), y = Math.floor(i / (width * factor) / factor);
    large[i] = data[y * width + x];
  }
  return { ...pixels, width: width * factor, height: height * factor, data: large };
}

Deno.test("no training image is far from the training images", () => {
  for (const { image, labels } of samples) assert.deepEqual(notes(image, labels), []);
});

Deno.test("an image of the same kind that was not trained on is not far", async () => {
  const others = await generateDataset({ count: 4, size: 96, seed: 9, modality: "fluorescence" });
  for (const { image, labels } of others.samples) assert.deepEqual(notes(image, labels), []);
});

Deno.test("an image of another depth is far, and its intensities are not compared", () => {
  const deep: Image = { ...image, bits: 16, data: Uint16Array.from(image.data, (value) => 257 * value) };
  assert.deepEqual(notes(deep, labels), ["it has 16 bits, the training images 8"]);
});

Deno.test("an image in colour is far from grey ones", () => {
  const data = Uint8Array.from({ length: 3 * image.data.length }, (_, i) => image.data[Math.floor(i / 3)]);
  assert.deepEqual(notes({ ...image, channels: 3, data }, labels), ["it is in colour, the training images are grey"]);
});

Deno.test("a bright background is far from dark ones", () => {
  const inverted = { ...image, data: Uint8Array.from(image.data, (value) => 255 - value) };
  assert.match(notes(inverted, labels).join(), /^its background is at \d+ % between dark and bright, that of the /);
});

Deno.test("objects of another size are far", () => {
  const [note] = notes(enlarge(image, 5), enlarge(labels, 5));
  assert.match(note, /^its objects have a diameter of [\d.]+ pixels, those of the training images [\d.]+ to [\d.]+$/);
  assert.deepEqual(notes(enlarge(image, 5)), []);
});

Deno.test("specks are far, however large the other objects are", () => {
  const data = Uint32Array.from(labels.data);
  let speck = data.reduce((most, label) => Math.max(most, label), 0);
  for (let y = 0; y < labels.height; y += 4) {
    for (let x = 0; x < labels.width; x += 4) {
      if (data[y * labels.width + x] === 0) data[y * labels.width + x] = ++speck;
    }
  }
  const found = notes(image, { ...labels, data });
  assert.equal(found.length, 1);
  assert.match(
    found[0],
    /^most of its objects are specks: their diameter is 1\.13 pixels or less, that of objects in the /,
  );
  assert.ok(hasSpecks(found) && !hasSpecks(notes(enlarge(image, 5), enlarge(labels, 5))));
});

Deno.test("intensities far from those of training images of the same depth are far", () => {
  const deepen = (scale: number, offset: number) => ({
    image: { ...image, bits: 16, data: Uint16Array.from(image.data, (value) => scale * value + offset) } as Image,
    labels,
  });
  const statistics = learnTrainingStatistics([deepen(2, 100), deepen(3, 100)])!;
  const far = (sample: { image: Image }) => farFromTraining(describeImage(sample.image, labels), statistics);
  assert.deepEqual(far(deepen(2.5, 120)), []);
  assert.match(
    far(deepen(60, 100)).join(),
    /^its intensities are \d+ to [\d,]+, those of the training images \d+ to \d+$/,
  );
  assert.match(far(deepen(2, 30_000)).join(), /^its intensities are 30,\d00 to 30,\d00, those of/);
  assert.match(far(deepen(0.1, 150)).join(), /^its intensities span \d+, those of each training image \d+ to \d+$/);
});

Deno.test("statistics are read back from JSON as they were, and damaged ones are not", () => {
  assert.deepEqual(TRAINING_STATISTICS.parse(JSON.parse(JSON.stringify(training))), training);
  for (const change of [{ images: 0 }, { background: [0.5, 0.1] }, { depths: [] }, { channels: [2] }, { other: 1 }]) {
    assert.ok(!TRAINING_STATISTICS.safeParse({ ...training, ...change }).success, JSON.stringify(change));
  }
});

Deno.test("the scale of objects follows the large ones, and takes a mask's parts as objects", () => {
  const mask = (data: number[]) => ({ width: 8, height: data.length / 8, data: Uint16Array.from(data) });
  const grey = (height: number): Image => ({
    width: 8,
    height,
    channels: 1,
    bits: 8,
    data: new Uint8Array(8 * height),
  });
  const diameter = (labels: LabelImage) => describeImage(grey(labels.height), labels).diameter!;
  const circle = (area: number) => Math.sqrt(4 * area / Math.PI);
  assert.equal(diameter(mask([1, 0, 2, 0, 3, 3, 3, 3])), circle(4));
  assert.equal(diameter(mask([1, 1, 1, 0, 1, 0, 1, 0])), circle(3));
  assert.equal(diameter(mask([0, 0, 0, 0, 0, 0, 0, 0])), undefined);
});
