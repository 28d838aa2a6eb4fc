import assert from "node:assert/strict";
import { checkMasks, type Dataset, generateDataset, makeDataset } from "lib";
import { classValues } from "lib/datasets/integrity/class_findings.ts";

const { samples, classes } = await generateDataset({ count: 8, size: 128, seed: 4, kinds: 2 });

/** The data set with other values in its masks, and without the names of classes. */
async function withValues(value: (classIndex: number, object: number) => number): Promise<Dataset> {
  return await makeDataset(
    "d",
    samples.map((sample) => {
      const { width, height, data, classes } = sample.labels;
      const values = Uint16Array.from(data, (object, i) => value(classes![i], object));
      return { ...sample, labels: { width, height, data: values } };
    }),
  );
}

const complaint = (dataset: Dataset) => checkMasks(dataset).findings.find(({ message }) => /classes/i.test(message));

Deno.test("masks with the same few values in several places look like classes", async () => {
  const finding = complaint(await withValues((found) => [0, 100, 200][found]));
  assert.equal(finding?.severity, "warning");
  assert.match(
    finding!.message,
    /The values 0, 100 and 200 are in most of the 8 masks.* these look like classes\. Name them .* task=classes/,
  );
});

Deno.test("classes without 0 are recognised too", async () => {
  assert.deepEqual(classValues((await withValues((found) => found + 1)).samples.map(({ labels }) => labels)), [
    1,
    2,
    3,
  ]);
});

Deno.test("objects, and masks of one value, do not look like classes", async () => {
  for (
    const value of [
      (_: number, object: number) => object,
      (found: number) => found > 0 ? 255 : 0,
      // A few objects in each mask.
      (_: number, object: number) => object <= 4 ? object : 0,
    ]
  ) assert.equal(complaint(await withValues(value)), undefined);
});

Deno.test("the names of classes are noted, and one that no mask has is a warning", async () => {
  assert.equal(
    complaint(await makeDataset("d", samples, classes))?.message,
    "Classes: background, round, long",
  );
  const renamed = ["stroma", ...classes!.slice(1)];
  assert.equal(
    complaint(await makeDataset("d", samples, renamed))?.message,
    "Classes: stroma (the background, which is neither scored nor an object), round, long",
  );
  const { findings } = checkMasks(await makeDataset("d", samples, [...classes!, "debris"]));
  assert.ok(
    findings.some(({ severity, message }) => severity === "warning" && message === "No mask has the class debris"),
  );
});
