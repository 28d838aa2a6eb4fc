/**
 * Predicts one 4096 × 4096 image in tiles. It measures the pixels per second, and the peak memory above that after
 * loading the model and the image.
 *
 *     deno run -A bench/large_image.ts [--side 4096] [--architecture unet] [--encoder resnet34]
 *
 * About two minutes on 2 cores. Writes results/bench/large-image.json.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createModel, type ModelOptions } from "lib";
import { progressBar } from "lib/display";
import { Predictor } from "lib/nn";
import { projectFolder } from "lib/runs";
import { replaceText } from "lib/io/replace_file.ts";
import { provenance } from "lib/runs/provenance.ts";
import { processMemory } from "./process_memory.ts";

const { values } = parseArgs({
  options: {
    side: { type: "string", default: "4096" },
    architecture: { type: "string", default: "unet" },
    encoder: { type: "string", default: "resnet34" },
  },
});

const side = Number(values.side);
const { architecture, encoder } = values;
const model = createModel({ architecture, encoder } as ModelOptions);
const pixels = new Float32Array(side * side);
for (let i = 0; i < pixels.length; i++) pixels[i] = Math.sin(i * 0.01) * Math.cos(i / side * 0.05);
const before = processMemory("VmRSS"), peakBefore = processMemory("VmHWM");
const predictor = new Predictor(model);
const bar = progressBar(`Predicting ${side} × ${side}`);
const start = performance.now();
const [map] = await predictor.predict([{ width: side, height: side, channels: 1, pixels }], (done) => bar.update(done));
const seconds = (performance.now() - start) / 1000;
await bar.finish();
const above = processMemory("VmHWM") - before;
const result = {
  date: new Date().toISOString().slice(0, 10),
  provenance: provenance(),
  what: "Peak memory (VmHWM) above the resident memory after loading model and image; the map itself is in it",
  architecture,
  encoder,
  side,
  seconds,
  megapixelsPerSecond: map.length / 1e6 / seconds,
  peakBytesAbove: above,
};
const path = join(projectFolder(), "results/bench/large-image.json");
await replaceText(path, JSON.stringify(result, null, 1) + "\n");
console.log(
  `${seconds.toFixed(0)} s, ${Math.round(above / 2 ** 20)} MB above the ${
    Math.round(before / 2 ** 20)
  } MB after loading${peakBefore > before + above ? " (not above the peak of loading)" : ""}\n${path}`,
);
