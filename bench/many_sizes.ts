/**
 * Predicts images of random sizes with one Predictor. It measures the resident memory (VmRSS), and how much longer an
 * image of a new size takes than one of a known size.
 *
 *     deno run -A bench/many_sizes.ts [--images 300] [--keep 32] [--architecture unet] [--encoder resnet18]
 *
 * About three minutes on 2 cores. Writes results/bench/many-sizes.json.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createModel, type ModelOptions } from "lib";
import { progressBar } from "lib/display";
import { Predictor } from "lib/nn";
import { projectFolder } from "lib/runs";
import { Random } from "lib/math/random.ts";
import { replaceText } from "lib/io/replace_file.ts";
import { trimHeap } from "lib/tensorflow/ffi/trim_heap.ts";
import { provenance } from "lib/runs/provenance.ts";
import { processMemory } from "./process_memory.ts";
import { median } from "lib/math/mean.ts";

const { values } = parseArgs({
  options: {
    images: { type: "string", default: "300" },
    keep: { type: "string", default: "32" },
    architecture: { type: "string", default: "unet" },
    encoder: { type: "string", default: "resnet18" },
  },
});
const images = Number(values.images), keepSizes = Number(values.keep);
const SMALLEST = 40, LARGEST = 540, EVERY = 25;
const megabytes = () => Math.round(processMemory("VmRSS") / 2 ** 20);

const random = new Random(1);
const side = () => SMALLEST + random.integer(LARGEST - SMALLEST);
const { architecture, encoder } = values;
const model = createModel({ architecture, encoder } as ModelOptions);
const predictor = new Predictor(model, { keepSizes });
const bar = progressBar("Predicting");
const seen = new Set<string>();
const memory: { images: number; sizes: number; megabytes: number }[] = [];
const ratios: number[] = [];
for (let i = 1; i <= images; i++) {
  const width = side(), height = side();
  const image = { width, height, channels: 1, pixels: Float32Array.from({ length: width * height }, Math.random) };
  const seconds: number[] = [];
  // The second time, the size is known.
  for (let round = 0; round < 2; round++) {
    const start = performance.now();
    await predictor.predict([image]);
    seconds.push((performance.now() - start) / 1000);
  }
  const size = `${Math.ceil(width / 32)}x${Math.ceil(height / 32)}`;
  if (!seen.has(size)) ratios.push(seconds[0] / seconds[1]);
  seen.add(size);
  if (i === 1 || i % EVERY === 0) memory.push({ images: i, sizes: seen.size, megabytes: megabytes() });
  await bar.update(i / images, `${megabytes()} MB`);
}
predictor.dispose();
const afterPredictor = megabytes();
model.dispose();
trimHeap();
await bar.finish();
const result = {
  date: new Date().toISOString().slice(0, 10),
  provenance: provenance(),
  what: "Resident memory (VmRSS) while images of random sizes are predicted with one Predictor",
  architecture,
  encoder,
  keepSizes,
  memory,
  afterPredictor,
  afterModel: megabytes(),
  newSizeTakes: median(ratios),
};
const path = join(projectFolder(), "results/bench/many-sizes.json");
await replaceText(path, JSON.stringify(result, null, 1) + "\n");
console.log(memory.map((row) => `${row.images} images, ${row.sizes} sizes: ${row.megabytes} MB`).join("\n"));
console.log(`${afterPredictor} MB without the predictor, ${result.afterModel} MB without the model`);
console.log(`An image of a new size takes ${result.newSizeTakes.toFixed(1)} × as long\n${path}`);
