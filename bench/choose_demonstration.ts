/**
 * Chooses the learning rate and the warm-up of the demonstration on generated images that it does not use: the same
 * generator with another seed. The score is the mean Dice of the four architectures on the first fold.
 *
 *     TF_NUM_INTRAOP_THREADS=1 deno run -A bench/choose_demonstration.ts [--rates 1e-3,2e-3,4e-3] [--warmups 6,20] [--seeds 2]
 *
 * About 90 seconds per rate, warm-up and seed on one core. Writes results/bench/choose-demonstration.json.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { generateDataset } from "lib";
import { table } from "lib/display";
import { projectFolder } from "lib/runs";
import { provenance } from "lib/runs/provenance.ts";
import { trainRun } from "lib/runs/train_run.ts";
import { replaceText } from "lib/io/replace_file.ts";
import { mean } from "lib/math/mean.ts";
import { DEMONSTRATION_CONFIGS } from "./demonstration_configs.ts";

const { values } = parseArgs({
  options: {
    rates: { type: "string", default: "1e-3,2e-3,4e-3" },
    warmups: { type: "string", default: "6,20" },
    seeds: { type: "string", default: "2" },
  },
});
const numbers = (text: string) => text.split(",").map(Number);
/** The demonstration's images have seed 20. */
const IMAGE_SEED = 21;
const path = join(projectFolder(), "results/bench/choose-demonstration.json");
const dataset = await generateDataset({ count: 48, size: 192, seed: IMAGE_SEED });
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
const results = await Deno.makeTempDir();
const rows: { learningRate: number; warmupSteps: number; dice: Record<string, number>; mean: number }[] = [];
try {
  for (const learningRate of numbers(values.rates)) {
    for (const warmupSteps of numbers(values.warmups)) {
      const dice: Record<string, number> = {};
      for (const config of DEMONSTRATION_CONFIGS) {
        const scores: number[] = [];
        for (const seed of seeds) {
          const given = { ...config, learningRate, warmupSteps, seed, keepEpochs: [] };
          const { record } = await trainRun({ dataset, config: given, results, scoreObjects: false });
          scores.push(record.scores.model.dice);
        }
        dice[config.architecture] = mean(scores);
      }
      rows.push({ learningRate, warmupSteps, dice, mean: mean(Object.values(dice)) });
      const result = { imageSeed: IMAGE_SEED, seeds, provenance: provenance(), rows };
      await replaceText(path, JSON.stringify(result, null, 1) + "\n");
    }
  }
} finally {
  await Deno.remove(results, { recursive: true });
}
console.log(table(
  ["learning rate", "warm-up", ...DEMONSTRATION_CONFIGS.map(({ architecture }) => architecture), "mean Dice"],
  rows.toSorted((a, b) => b.mean - a.mean).map(({ learningRate, warmupSteps, dice, mean }) => [
    String(learningRate),
    warmupSteps,
    ...Object.values(dice),
    mean,
  ]),
));
console.log(path);
