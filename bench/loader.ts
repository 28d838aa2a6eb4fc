/**
 * Compares the speed of loading batches with that of Albumentations and PyTorch's DataLoader, with the same files,
 * crops of 256² and the same number of workers. The sides alternate. PyTorch is measured with images that it decodes
 * each time, as usual, and with images that it keeps decoded, as this project does.
 *
 *     deno run -A bench/loader.ts [--rounds 7] [--images 96] [--workers 2]
 *
 * About 3 minutes on 2 cores. Writes results/bench/loader.json.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { encode } from "fast-png";
import { generateDataset } from "lib";
import type { Augmentation } from "lib/batches";
import { BatchSource } from "lib/batches";
import { loadFolder } from "lib/datasets";
import { projectFolder } from "lib/runs";
import { replaceText } from "lib/io/replace_file.ts";
import { provenance } from "lib/runs/provenance.ts";
import { pytorchPython } from "./pytorch.ts";
import { pairedRatio } from "./statistics.ts";
import { median } from "lib/math/mean.ts";
import { TextLineStream } from "lib/io/text_lines.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    images: { type: "string", default: "96" },
    workers: { type: "string", default: "2" },
  },
});
const SIDE = 256, BATCH = 16;
const rounds = Number(values.rounds), workers = Number(values.workers), count = Number(values.images);
const SETS: Record<string, Augmentation[]> = {
  light: ["symmetries", "randomBrightnessContrast"],
  heavy: ["symmetries", "elasticTransform", "randomBrightnessContrast", "clahe"],
};
/** Epochs per round. */
const EPOCHS = { light: 8, heavy: 3 };

const python = await pytorchPython();
const folder = await Deno.makeTempDir();

/** PyTorch's side, which loads an epoch per request. */
class Loader {
  readonly #process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;

  constructor(settings: Record<string, unknown>, readonly path: string) {
    Deno.writeTextFileSync(join(path, "settings.json"), JSON.stringify(settings));
    this.#process = new Deno.Command(python, {
      args: [join(projectFolder(), "bench/loader_side.py"), path],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#lines = this.#process.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
      .getReader();
    this.#input = this.#process.stdin.getWriter();
  }

  /** Returns the images per second. */
  async run(epochs: number): Promise<number> {
    await this.#input.write(new TextEncoder().encode(`${epochs}\n`));
    const { value, done } = await this.#lines.read();
    if (done) throw new Error("PyTorch's loader ended without an answer");
    return Number(value);
  }

  async end(): Promise<void> {
    await this.#input.close();
    await this.#process.status;
  }
}

/** Returns this project's images per second over several epochs, requested a few batches ahead as in `fit`. */
async function ours(source: BatchSource, first: number, epochs: number): Promise<number> {
  const start = performance.now();
  let made = 0;
  for (let epoch = first; epoch < first + epochs; epoch++) {
    const ahead: Promise<{ ids: string[] }>[] = [];
    for (let position = 0; position < source.length; position++) {
      ahead.push(source.request(epoch, position));
      if (ahead.length > 2 * workers) made += (await ahead.shift()!).ids.length;
    }
    for (const batch of ahead) made += (await batch).ids.length;
  }
  return made / (performance.now() - start) * 1000;
}

try {
  const generated = await generateDataset({ count, size: 320, seed: 2 });
  const names: string[] = [];
  for (const [i, { image, labels }] of generated.samples.entries()) {
    const name = `${String(i).padStart(3, "0")}.png`;
    names.push(name);
    for (const [part, data, depth] of [["images", image.data, 8], ["masks", labels.data, 16]] as const) {
      await Deno.mkdir(join(folder, part), { recursive: true });
      const png = encode({ width: 320, height: 320, data: data as Uint8Array | Uint16Array, channels: 1, depth });
      await Deno.writeFile(join(folder, part, name), png);
    }
  }
  const dataset = await loadFolder(folder);
  const indices = names.map((_, i) => i);
  const results = [];
  for (const set of ["light", "heavy"] as const) {
    const options = {
      batchSize: BATCH,
      cropSize: SIDE,
      channels: 3,
      normalization: "percentile",
      augmentations: SETS[set],
      seed: 1,
    } as const;
    using source = new BatchSource(dataset, indices, { ...options, workers });
    using alone = new BatchSource(dataset, indices, options);
    const settings = { names, side: SIDE, batchSize: BATCH, workers, set };
    const cached = new Loader({ ...settings, cached: true }, folder);
    await cached.run(1);
    const files = new Loader({ ...settings, cached: false }, folder);
    await files.run(1);
    const rates: Record<string, number[]> = { ours: [], alone: [], cached: [], files: [] };
    await ours(source, 0, 3);
    for (let round = 0; round < rounds; round++) {
      rates.cached.push(await cached.run(EPOCHS[set]));
      rates.ours.push(await ours(source, 3 + round * EPOCHS[set], EPOCHS[set]));
      rates.files.push(await files.run(EPOCHS[set]));
      rates.alone.push(await ours(alone, 3 + round * EPOCHS[set], EPOCHS[set]));
    }
    await cached.end();
    await files.end();
    const seconds = (name: string) => rates[name].map((rate) => 1 / rate);
    const result = {
      augmentations: SETS[set],
      imagesPerSecond: Object.fromEntries(Object.entries(rates).map(([name, each]) => [name, median(each)])),
      ratioToCached: pairedRatio(seconds("ours"), seconds("cached")),
      ratioToFiles: pairedRatio(seconds("ours"), seconds("files")),
    };
    results.push({ set, ...result });
    const { imagesPerSecond: r, ratioToCached: c, ratioToFiles: f } = result;
    const interval = ({ ratio, low, high }: typeof c) =>
      `${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
    console.log(
      `${set}: ${r.ours.toFixed(0)} images/s with ${workers} workers, ${r.alone.toFixed(0)} without; PyTorch ${
        r.cached.toFixed(0)
      } from memory, ${r.files.toFixed(0)} from files: ${interval(c)} and ${interval(f)} times as fast`,
    );
  }
  const record = {
    date: new Date().toISOString().slice(0, 10),
    provenance: provenance(),
    side: SIDE,
    batch: BATCH,
    workers,
    rounds,
    results,
  };
  await replaceText(join(projectFolder(), "results/bench/loader.json"), JSON.stringify(record, null, 1) + "\n");
} finally {
  await Deno.remove(folder, { recursive: true });
}
