/**
 * Measures the generator at its highest difficulty: the Dice of base models, the effect of four times the training, and
 * the Dice of Otsu's threshold and of calling every pixel foreground.
 *
 *     deno run -A bench/original_world.ts
 *
 * About 12 minutes on 2 cores. Writes results/bench/original-world.json.
 */
import { join } from "node:path";
import { createModel, generateDataset, parseConfig, splitDataset } from "lib";
import { BatchSource } from "lib/batches";
import { datasetSummary, ORIGINAL_DIFFICULTY } from "lib/datasets";
import { projectFolder } from "lib/runs";
import { fit } from "lib/train";
import { replaceText } from "lib/io/replace_file.ts";
import { provenance } from "lib/runs/provenance.ts";
import { FIRST_DEFAULTS } from "lib/train/config.ts";

const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
const dataset = await generateDataset({ count: 60, size: 256, seed: 20, difficulty: ORIGINAL_DIFFICULTY });
const { training, validation } = splitDataset(dataset, { folds: 5 }).folds[0];
const summary = datasetSummary(dataset).filter(({ id }) => validation.some((i) => dataset.samples[i].id === id));
const baselines = {
  foreground: mean(summary.map(({ foreground }) => foreground)),
  otsu: mean(summary.map(({ otsuDice }) => otsuDice)),
  allForeground: mean(summary.map(({ allForegroundDice }) => allForegroundDice)),
};
console.log(baselines);
const runs = [];
for (const architecture of ["unet", "deeplabv3", "deeplabv3plus", "pspnet"] as const) {
  for (const epochs of [5, 20]) {
    const config = parseConfig({
      ...FIRST_DEFAULTS,
      architecture,
      encoder: "resnet18",
      cropSize: 128,
      epochs,
      selection: "last",
    });
    const model = createModel(config);
    const batches = new BatchSource(dataset, training, { ...config, channels: config.inChannels });
    const result = await fit({ model, config, batches, validation: validation.map((i) => dataset.samples[i]) });
    model.dispose();
    const run = { architecture, steps: result.stepLosses.length, dice: result.history.at(-1)!.validation!.dice };
    console.log(run);
    runs.push(run);
  }
}
const record = { date: new Date().toISOString().slice(0, 10), provenance: provenance(), baselines, runs };
await replaceText(join(projectFolder(), "results/bench/original-world.json"), JSON.stringify(record, null, 1) + "\n");
