/**
 * Measures how far rounding alone moves the Dice of the demonstration's runs. Each run of the first fold with BCE starts
 * several times from its usual weights, of which every one is moved to a neighbouring float32 or left as it is, at
 * random. Nothing else differs.
 *
 *     TF_NUM_INTRAOP_THREADS=1 deno run -A bench/rounding_spread.ts [--repeats 6]
 *
 * About half a minute per repeat and architecture on one core. Writes results/bench/rounding-spread.json after each
 * round. The tolerance of `deno task verify` comes from it (`lib/study/rounding_spread.ts`).
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createModel, openDataset } from "lib";
import { table } from "lib/display";
import { projectFolder } from "lib/runs";
import { trainRun } from "lib/runs/train_run.ts";
import { provenance } from "lib/runs/provenance.ts";
import { replaceText } from "lib/io/replace_file.ts";
import { deviation, mean } from "lib/math/mean.ts";
import { Random } from "lib/math/random.ts";
import type { SegmentationModel } from "lib/nn";
import { writeSafetensors } from "lib/nn/weights/safetensors_file.ts";
import { stateDict } from "lib/nn/weights/state_dict.ts";
import { thisMachine } from "lib/train/machine.ts";
import type { TrainingConfig } from "lib/train/config.ts";
import { DEMONSTRATION_CONFIGS } from "./demonstration_configs.ts";

const { values } = parseArgs({ options: { repeats: { type: "string", default: "6" } } });
const path = join(projectFolder(), "results/bench/rounding-spread.json");
const dataset = await openDataset();
const folder = await Deno.makeTempDir();
const dice = new Map<string, number[]>(DEMONSTRATION_CONFIGS.map(({ architecture }) => [architecture, []]));

/** Writes a model's weights, each moved by one unit in its last place, up or down, or not at all. */
async function writeNeighbours(model: SegmentationModel, repeat: number, file: string): Promise<void> {
  const random = new Random(repeat, 22), arrays = stateDict(model);
  for (const { data } of arrays.values()) {
    if (!(data instanceof Float32Array)) continue;
    const bits = new Int32Array(data.buffer, data.byteOffset, data.length);
    // Zeros and ones are biases and scales, whose values are exact.
    for (let i = 0; i < bits.length; i++) if (data[i] !== 0 && data[i] !== 1) bits[i] += random.integer(3) - 1;
  }
  await writeSafetensors(file, arrays, {});
}

/** Trains once from neighbouring start weights, and returns the mean Dice of the validation images. */
async function trainNearby(config: TrainingConfig, repeat: number): Promise<number> {
  const file = join(folder, `${config.architecture}-${repeat}.safetensors`);
  const model = createModel(config);
  await writeNeighbours(model, repeat, file);
  model.dispose();
  const { record } = await trainRun({
    dataset,
    config: { ...config, encoderWeights: file, keepEpochs: [] },
    results: join(folder, "results"),
    scoreObjects: false,
  });
  await Deno.remove(file);
  return record.scores.model.dice;
}

try {
  for (let repeat = 1; repeat <= Number(values.repeats); repeat++) {
    for (const config of DEMONSTRATION_CONFIGS) dice.get(config.architecture)!.push(await trainNearby(config, repeat));
    const rows = [...dice].map(([architecture, all]) => ({
      architecture,
      mean: mean(all),
      deviation: all.length > 1 ? deviation(all) : null,
      dice: all,
    }));
    const spreads = rows.flatMap((row) => row.deviation ?? []);
    const result = {
      what:
        "validation Dice of the demonstration's runs (fold 0, BCE) from start weights that differ by one unit in the " +
        "last place",
      provenance: provenance(),
      machine: thisMachine(),
      // Pooled over the architectures, which have as many runs each.
      pooledDeviation: spreads.length ? Math.sqrt(mean(spreads.map((spread) => spread ** 2))) : null,
      rows,
    };
    await replaceText(path, JSON.stringify(result, null, 1) + "\n");
    console.log(`${repeat} of ${values.repeats}`);
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
console.log(table(
  ["architecture", "mean Dice", "standard deviation", "lowest", "highest"],
  [...dice].map(([architecture, all]) => [
    architecture,
    mean(all),
    all.length > 1 ? deviation(all) : "–",
    Math.min(...all),
    Math.max(...all),
  ]),
));
console.log(path);
