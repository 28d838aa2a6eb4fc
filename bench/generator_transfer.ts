/**
 * Trains only on generated images and scores on real ones: the pair that set-up downloads, and any given folders.
 *
 *     deno run -A bench/generator_transfer.ts [FOLDER …]
 *
 * About 10 minutes on 2 cores. Writes results/bench/generator-transfer.json.
 */
import { basename, join } from "node:path";
import {
  countPixels,
  createModel,
  type Dataset,
  foreground,
  generateDataset,
  makeDataset,
  openDataset,
  parseConfig,
} from "lib";
import { BatchSource } from "lib/batches";
import { realPair } from "lib/datasets";
import { otsuBaseline, scoreImages } from "lib/evaluate";
import { normalizeImage } from "lib/images";
import { Predictor } from "lib/nn";
import { projectFolder } from "lib/runs";
import { fit } from "lib/train";
import { replaceText } from "lib/io/replace_file.ts";
import { provenance } from "lib/runs/provenance.ts";
import { FIRST_DEFAULTS } from "lib/train/config.ts";

const STEPS = 300;
/** A difficulty with hardly any clutter, which teaches a model to leave out objects out of focus. */
const DIFFICULTIES = [0, 0.1, 0.2, 0.3];
const parts = await Promise.all(
  DIFFICULTIES.map((difficulty, i) => generateDataset({ count: 48, difficulty, seed: 100 + i })),
);
const dataset = await makeDataset(
  "generated-mix",
  parts.flatMap(({ samples }, i) =>
    samples.map((sample) => ({ ...sample, id: `${i}-${sample.id}`, group: `${i}-${sample.id}` }))
  ),
);
const config = parseConfig({
  ...FIRST_DEFAULTS,
  epochs: Math.ceil(STEPS / Math.floor(dataset.samples.length / 4)),
  selection: "last",
  augmentations: ["symmetries", "shiftScaleRotate", "randomGamma", "gaussNoise"],
});
const model = createModel(config);
const batches = new BatchSource(dataset, dataset.samples.map((_, i) => i), { ...config, channels: config.inChannels });
const { stepLosses, seconds } = await fit({ model, config, batches, validation: dataset.samples.slice(0, 4) });
console.log(
  `${stepLosses.length} steps, ${seconds.waiting.toFixed(1)} of ${seconds.steps.toFixed(0)} s waiting for batches`,
);

async function score({ name, samples }: Dataset) {
  const predictor = new Predictor(model);
  const maps = await predictor.predict(
    samples.map(({ image }) => ({
      ...image,
      pixels: normalizeImage(image, config.normalization, batches.contrastFloor),
    })),
  );
  predictor.dispose();
  const dice = (each: (i: number) => Float32Array) =>
    scoreImages(samples.map(({ labels }, i) => countPixels(each(i), foreground(labels))), "one").dice;
  const result = {
    name,
    images: samples.length,
    dice: dice((i) => maps[i]),
    otsu: dice((i) => otsuBaseline(samples[i].image)),
  };
  console.log(result);
  return result;
}

const results = [await score(await realPair())];
for (const folder of Deno.args) results.push({ ...await score(await openDataset(folder)), name: basename(folder) });
model.dispose();
const record = {
  date: new Date().toISOString().slice(0, 10),
  provenance: provenance(),
  config,
  difficulties: DIFFICULTIES,
  steps: stepLosses.length,
  waiting: seconds.waiting / (seconds.steps + seconds.waiting),
  results,
};
await replaceText(
  join(projectFolder(), "results/bench/generator-transfer.json"),
  JSON.stringify(record, null, 1) + "\n",
);
