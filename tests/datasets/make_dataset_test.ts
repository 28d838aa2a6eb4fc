import assert from "node:assert/strict";
import { DatasetError, generateDataset, makeDataset } from "lib";
import { VOID_CLASS } from "lib/images/image.ts";

const { samples, classes } = await generateDataset({ count: 2, size: 32, kinds: 2 });

/** The samples with another class map of the second image. */
function withClasses(change: (given: Uint8Array) => Uint8Array) {
  const [first, second] = samples;
  return [first, { ...second, labels: { ...second.labels, classes: change(second.labels.classes!) } }];
}

Deno.test("classes in memory have a name, or are void", async () => {
  const { id } = samples[1];
  await makeDataset("d", withClasses((given) => given.with(7, VOID_CLASS)), classes);
  await assert.rejects(makeDataset("d", withClasses((given) => given.with(7, 3)), classes), {
    name: DatasetError.name,
    message: `${id} has the class 3, but there are 3 names: give 0 to 2, or 255 for void`,
  });
});

Deno.test("classes in memory are as many as the pixels", async () => {
  await assert.rejects(makeDataset("d", withClasses((given) => given.slice(1)), classes), {
    name: DatasetError.name,
    message: `The classes of ${samples[1].id} have 1023 values: give 32 × 32`,
  });
});
