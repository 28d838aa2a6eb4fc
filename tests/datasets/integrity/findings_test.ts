// @tags slow
import assert from "node:assert/strict";
import { checkMasks, type Dataset, generateDataset, type Image, type LabelImage, makeDataset, type Sample } from "lib";
import jpeg from "jpeg-js";
import { maskTraits } from "lib/datasets/integrity/mask_traits.ts";

const { samples } = await generateDataset({ count: 10, size: 96, seed: 12 });

/** The data set with other masks. */
function masked(change: (labels: LabelImage, sample: Sample, i: number) => ArrayLike<number>): Promise<Dataset> {
  return makeDataset(
    "d",
    samples.map((sample, i) => {
      const { labels } = sample;
      return { ...sample, labels: { ...labels, data: Uint16Array.from(change(labels, sample, i)) } };
    }),
  );
}

const all = samples.map(({ id }) => id);

/** What is found, as `severity: message`, with the images that it concerns. */
async function found(dataset: Promise<Dataset>, what: RegExp) {
  const finding = checkMasks(await dataset).findings.find(({ message }) => what.test(message));
  return finding && { severity: finding.severity, ids: finding.ids, message: finding.message };
}

/**
 * What is said that is not true of generated images: some are saturated; in sections of electron microscopy membranes cut
 * cells in two, and cells fill most of the image; in brightfield images no threshold separates the cells.
 */
function complaints(dataset: Dataset) {
  const sections = /electron/.test(String(dataset.samples[0].modality));
  const brightfield = /brightfield/.test(String(dataset.samples[0].modality));
  const rightly = sections
    ? /top of the range|unconnected parts|fits the masks worse/
    : brightfield
    ? /top of the range|fits the masks worse/
    : /top of the range/;
  return checkMasks(dataset).findings.filter(({ severity, message }) => severity !== "note" && !rightly.test(message));
}

/** Images with a mask that is an error. */
async function refused(dataset: Promise<Dataset>): Promise<string[]> {
  return checkMasks(await dataset).findings.filter(({ severity }) => severity === "error").flatMap(({ ids }) => ids)
    .sort();
}

Deno.test("sound masks of every kind of image earn no error, and no warning that is not true", async () => {
  for (const modality of ["fluorescence", "brightfield", "electron"] as const) {
    const dataset = await generateDataset({ count: 10, size: 128, modality, seed: 6 });
    assert.deepEqual(complaints(dataset), []);
    // Without numbers too.
    const binary = await makeDataset(
      "binary",
      dataset.samples.map((sample) => ({
        ...sample,
        labels: { ...sample.labels, data: sample.labels.data.map((label) => label > 0 ? 255 : 0) },
      })),
    );
    assert.deepEqual(complaints(binary), []);
  }
});

/** A mask as a JPEG file gives it back. */
function throughJpeg({ width, height, data }: LabelImage, quality: number): number[] {
  const rgba = new Uint8Array(4 * data.length);
  data.forEach((label, i) => rgba.fill(label > 0 ? 255 : 0, 4 * i, 4 * i + 3));
  const { data: decoded } = jpeg.decode(jpeg.encode({ width, height, data: rgba }, quality).data, { useTArray: true });
  return Array.from(data, (_, i) => decoded[4 * i]);
}

/** A mask shifted by half a pixel in both directions, linearly between. */
function resampled({ width, height, data }: LabelImage, value: (label: number) => number): number[] {
  const at = (x: number, y: number) => value(data[Math.min(y, height - 1) * width + Math.min(x, width - 1)]);
  return Array.from(data, (_, i) => {
    const x = i % width, y = Math.floor(i / width);
    return Math.round((at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1)) / 4);
  });
}

Deno.test("masks that were saved as JPEG, or resampled, are errors", async () => {
  for (const quality of [60, 95]) {
    assert.deepEqual(await refused(masked((labels) => throughJpeg(labels, quality))), all, `quality ${quality}`);
  }
  assert.deepEqual(await refused(masked((labels) => resampled(labels, (label) => label > 0 ? 255 : 0))), all);
  assert.deepEqual(await refused(masked((labels) => resampled(labels, (label) => 10 * label))), all);
  const one = masked((labels, _, i) => i === 1 ? resampled(labels, (label) => label > 0 ? 255 : 0) : labels.data);
  assert.match((await found(one, /blended/))!.message, /^1 mask with blended values along outlines/);
});

Deno.test("one pixel to a cell, and outlines one pixel wide, are no blended masks", async () => {
  const outlined = masked(({ data, width }) =>
    data.map((label, i) => {
      const near = [1, -1, width, -width].map((step) => data[i + step] ?? label);
      return label > 0 && near.some((other) => other !== label) ? 2 : Math.min(1, label);
    })
  );
  assert.deepEqual(await refused(outlined), []);
  const points = await found(
    masked(({ data }) => {
      const seen = new Set<number>();
      return data.map((label) => label > 0 && !seen.has(label) && seen.add(label) ? label : 0);
    }),
    /blended|grey values/,
  );
  assert.equal(points, undefined);
});

Deno.test("classes 1 and 2 without a 0 are ilastik's", async () => {
  const ilastik = await found(masked(({ data }) => data.map((label) => label > 0 ? 2 : 1)), /ilastik/);
  assert.deepEqual([ilastik?.severity, ilastik?.ids], ["warning", all]);
  // Two touching objects beside background are no such mask.
  assert.equal(await found(masked(({ data }) => data.map((label) => label && 1 + label % 2)), /ilastik/), undefined);
});

Deno.test("inverted masks are told from cells that fill an image", async () => {
  const inverted = masked(({ data }) => data.map((label) => label > 0 ? 0 : 255));
  const finding = await found(inverted, /inverted: Otsu's threshold fits the inverse far better/);
  assert.equal(finding?.severity, "warning");
  // All but those that no threshold segments.
  assert.ok(finding!.ids.length >= 8, `${finding!.ids.length} of 10`);
  const one = masked(({ data }, _, i) => i === 3 ? data.map((label) => label > 0 ? 0 : 1) : data);
  assert.deepEqual((await found(one, /1 mask that looks inverted/))?.ids, [all[3]]);
});

Deno.test("255 as an outline beside other numbers is VOC's void; as a number among many it is an object", async () => {
  const outlined = ({ data, width }: LabelImage) =>
    data.map((label, i) => {
      const near = [1, -1, width, -width, 2, -2, 2 * width, -2 * width].map((step) => data[i + step] ?? label);
      return near.some((other) => other !== label) ? 255 : label;
    });
  const outline = await found(masked(outlined), /VOC's void/);
  assert.deepEqual([outline?.severity, outline?.ids], ["warning", all]);
  assert.deepEqual((await found(masked((labels, _, i) => i === 2 ? outlined(labels) : labels.data), /VOC/))?.ids, [
    all[2],
  ]);
  const area = ({ data, width }: LabelImage) => data.map((label, i) => i % width < 20 ? 255 : Math.min(1, label));
  assert.equal((await found(masked(area), /VOC's void/))?.ids.length, 10);
  assert.equal(await found(masked((labels, _, i) => i === 2 ? area(labels) : labels.data), /VOC/), undefined);
  assert.equal(await found(masked(({ data }) => data.map((label) => label && label + 250)), /VOC/), undefined);
  assert.equal(await found(masked(({ data }) => data.map((label) => label && 255)), /VOC/), undefined);
});

Deno.test("masks of other images fit worse than foreground everywhere does", async () => {
  const wrong = masked((_, __, i) => samples[(i + 1) % samples.length].labels.data);
  const finding = await found(
    wrong,
    /Otsu's threshold fits the masks worse \(mean Dice 0\.\d+\) than foreground everywhere/,
  );
  assert.deepEqual([finding?.severity, finding?.ids], ["warning", []]);
  assert.equal(await found(masked(({ data }) => data), /fits the masks worse/), undefined);
});

Deno.test("images with hot pixels are named, and their numbers are those of the rest", async () => {
  const hot = await makeDataset(
    "hot",
    samples.map((sample, i): Sample => {
      const data = Uint16Array.from(sample.image.data, (value) => 100 + value);
      if (i === 4) data[4000] = 65535;
      const image: Image = { ...sample.image, bits: 16, data };
      return { ...sample, image };
    }),
  );
  const { images, findings } = checkMasks(hot);
  const finding = findings.find(({ message }) =>
    /1 image with single pixels far outside the rest \(hot pixels\)/.test(message)
  );
  assert.deepEqual([finding?.severity, finding?.ids], ["warning", [all[4]]]);
  assert.deepEqual(images.map(({ hotPixels }) => hotPixels), all.map((_, i) => Number(i === 4)));
  assert.ok(images[4].otsuDice > 0.5 && images[4].contrast < 0.01);
});

Deno.test("a void border of 255 one pixel wide is no blending", () => {
  const width = 60, data = new Uint16Array(width * width);
  for (const [cx, cy, label] of [[18, 18, 1], [42, 20, 2], [30, 44, 3]]) {
    for (let y = 0; y < width; y++) {
      for (let x = 0; x < width; x++) {
        const r = Math.hypot(x - cx, y - cy);
        if (r < 9) data[y * width + x] = label;
        else if (r < 10) data[y * width + x] = 255;
      }
    }
  }
  const { isolatedShare, void255 } = maskTraits({ width, height: width, data });
  assert.deepEqual([isolatedShare, void255], [0, "outline"]);
});
