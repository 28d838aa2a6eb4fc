/**
 * Compares whole epochs with PyTorch + segmentation_models.pytorch: images from files, augmentation,
 * training, validation. The sides alternate. The first epoch of each sitting is a warm-up and does not count.
 *
 *     deno run -A bench/epoch.ts [--sittings 3] [--images 40]
 *
 * About 6 minutes on 2 cores. PyTorch loads without workers and with two; the faster one counts.
 * Writes results/bench/epoch.json.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { encode } from "fast-png";
import { createModel, generateDataset, parseConfig, runtimeInfo } from "lib";
import { BatchSource } from "lib/batches";
import { loadFolder } from "lib/datasets";
import { projectFolder } from "lib/runs";
import { fit } from "lib/train";
import { replaceText } from "lib/io/replace_file.ts";
import { provenance } from "lib/runs/provenance.ts";
import { pytorchPython } from "./pytorch.ts";
import { pairedRatio } from "./statistics.ts";
import { median } from "lib/math/mean.ts";

const { values } = parseArgs({
  options: { sittings: { type: "string", default: "3" }, images: { type: "string", default: "40" } },
});
const EPOCHS = 3, SIDE = 256, ENCODER = "resnet34";
const count = Number(values.images);
const python = await pytorchPython();
const folder = await Deno.makeTempDir();

/** Returns the seconds of each epoch of this project except the first. */
async function ours(training: number[], validation: number[]): Promise<number[]> {
  const dataset = await loadFolder(folder);
  const config = parseConfig({ encoder: ENCODER, epochs: EPOCHS, cropSize: SIDE });
  const model = createModel(config);
  const ends: number[] = [performance.now()];
  await fit({
    model,
    config,
    batches: new BatchSource(dataset, training, { ...config, channels: config.inChannels }),
    validation: validation.map((index) => dataset.samples[index]),
    onProgress: ({ history }) => {
      if (history.length === ends.length) ends.push(performance.now());
    },
  });
  model.dispose();
  return ends.slice(2).map((end, i) => (end - ends[i + 1]) / 1000);
}

async function theirs(workers: number, names: { training: string[]; validation: string[] }): Promise<number[]> {
  const settings = { encoder: ENCODER, epochs: EPOCHS, workers, threads: runtimeInfo().threads, ...names };
  await Deno.writeTextFile(join(folder, "settings.json"), JSON.stringify(settings));
  const { success, stdout, stderr } = await new Deno.Command(python, {
    args: [join(projectFolder(), "bench/epoch_side.py"), folder],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  return lines.slice(1).map((line) => JSON.parse(line).seconds);
}

try {
  const generated = await generateDataset({ count, size: SIDE, seed: 2 });
  for (const [i, { image, labels }] of generated.samples.entries()) {
    const { width, height } = image;
    for (const [part, data] of [["images", image.data], ["masks", labels.data]] as const) {
      await Deno.mkdir(join(folder, part), { recursive: true });
      const depth = data instanceof Uint16Array ? 16 : 8;
      await Deno.writeFile(
        join(folder, part, `${String(i).padStart(3, "0")}.png`),
        encode({ width, height, data: data as Uint8Array | Uint16Array, channels: 1, depth }),
      );
    }
  }
  const held = Math.floor(count / 5);
  const indices = [...generated.samples.keys()];
  const [validation, training] = [indices.slice(0, held), indices.slice(held)];
  const imageName = (index: number) => `${String(index).padStart(3, "0")}.png`;
  const names = { training: training.map(imageName), validation: validation.map(imageName) };
  const seconds: Record<"here" | "noWorkers" | "twoWorkers", number[]> = { here: [], noWorkers: [], twoWorkers: [] };
  for (let sitting = 0; sitting < Number(values.sittings); sitting++) {
    seconds.here.push(...await ours(training, validation));
    seconds.noWorkers.push(...await theirs(0, names));
    seconds.twoWorkers.push(...await theirs(2, names));
    console.error(`sitting ${sitting + 1}: ${JSON.stringify(seconds)}`);
  }
  const better = median(seconds.noWorkers) <= median(seconds.twoWorkers) ? "noWorkers" : "twoWorkers";
  const ratio = pairedRatio(seconds.here, seconds[better]);
  const path = join(projectFolder(), "results/bench/epoch.json");
  await replaceText(
    path,
    JSON.stringify(
      {
        date: new Date().toISOString().slice(0, 10),
        provenance: provenance(),
        what:
          `Seconds of an epoch of UNet with ${ENCODER}: ${training.length} images of ${SIDE}² from PNG files, turned ` +
          `and mirrored, in batches of 4, then ${validation.length} validation images`,
        speed: ratio,
        seconds,
      },
      null,
      1,
    ) + "\n",
  );
  console.log(
    `A whole epoch: ${ratio.ratio.toFixed(2)} × as fast (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)})\n${path}`,
  );
} finally {
  await Deno.remove(folder, { recursive: true });
}
