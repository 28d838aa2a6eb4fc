import assert from "node:assert/strict";
import { generateDataset } from "lib";
import { withLabelNoise } from "lib/datasets/generator/label_noise.ts";
import { splitDataset } from "lib/datasets/splits.ts";
import { normalizeImage } from "lib/images/normalize.ts";

Deno.test("invalid options of data are refused with their value and the valid ones, without a stack", async () => {
  const refused = (message: RegExp) => ({ name: "OptionError", message });
  await assert.rejects(generateDataset({ count: 4, size: 16 }), refused(/^size is 16: ask for at least 32 pixels/));
  await assert.rejects(generateDataset({ count: 0 }), refused(/^count is 0/));
  const dataset = await generateDataset({ count: 4, size: 32 });
  await assert.rejects(async () => await withLabelNoise(dataset, { missed: 2 }, 1), refused(/^missed is 2: give/));
  assert.throws(
    () => splitDataset(dataset, { folds: 2, testShare: 0.9 }),
    refused(/^testShare is 0\.9: give 0 to 0\.5/),
  );
  const [{ image }] = dataset.samples;
  assert.throws(() => normalizeImage(image, "minmax" as "robust"), refused(/^There is no normalization "minmax"/));
});
