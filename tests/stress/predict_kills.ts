/**
 * Kills `predict` on a folder at random moments and restarts it, until the number of kills is reached. The results must
 * equal those of an undisturbed prediction byte for byte, without leftover files.
 */
import { join } from "node:path";
import { encode } from "fast-png";
import { createModel } from "lib/nn/create_model.ts";
import { saveModel } from "lib/nn/weights/model_file.ts";
import { Random } from "lib/math/random.ts";
import { generateDataset } from "lib/datasets/generator/generate.ts";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import type { StressOptions, StressResult } from "./check.ts";

const IMAGES = 40;
const SIDE = 160;

/** Writes images in two folders, some with the same name, and an untrained model. */
async function makeWorld(root: string): Promise<{ model: string; images: string }> {
  const model = join(root, "model.safetensors"), images = join(root, "images");
  const network = createModel({ architecture: "unet", encoder: "resnet18", seed: 3 });
  await saveModel(model, network, { normalization: "robust", threshold: 0.5 });
  network.dispose();
  const { samples } = await generateDataset({ count: IMAGES, size: SIDE, seed: 5 });
  for (const [i, { image: { width, height, bits, data } }] of samples.entries()) {
    const folder = join(images, i % 2 ? "plate-1" : "plate-2");
    await Deno.mkdir(folder, { recursive: true });
    const pixels = bits > 8 ? Uint16Array.from(data) : Uint8Array.from(data);
    const png = encode({ width, height, channels: 1, depth: bits > 8 ? 16 : 8, data: pixels });
    await Deno.writeFile(join(folder, `${i >> 1}.png`), png);
  }
  return { model, images };
}

/** Returns the files below a folder, including hidden ones, with the digests of their contents. */
async function filesBelow(folder: string, place = ""): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { name, isDirectory } of Deno.readDir(join(folder, place))) {
    const path = join(place, name);
    if (isDirectory) { for (const [each, digest] of await filesBelow(folder, path)) found.set(each, digest); }
    else {
      const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(join(folder, path)));
      found.set(path, new Uint8Array(digest).toHex());
    }
  }
  return found;
}

export async function run({ count, seed, onProgress }: StressOptions): Promise<StressResult> {
  const root = await Deno.makeTempDir(), random = new Random(seed, 0x9d1c);
  const counts = {
    kills: 0,
    predictions: 0,
    "files lost": 0,
    "files that differ": 0,
    "files left over": 0,
    failures: 0,
  };
  const notes: string[] = [];
  try {
    const { model, images } = await makeWorld(root);
    const predict = (output: string) =>
      new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "-A",
          "--no-check",
          join(projectFolder(), "tasks/predict.ts"),
          model,
          images,
          "--output",
          output,
          "--probabilities",
        ],
        stdout: "null",
        stderr: "piped",
      }).spawn();
    const whole = join(root, "whole"), start = Date.now();
    const { success, stderr } = await predict(whole).output();
    if (!success) throw new Error(`predict failed undisturbed: ${new TextDecoder().decode(stderr)}`);
    const length = Date.now() - start;
    const expected = await filesBelow(whole);
    if (expected.size !== 2 * IMAGES) throw new Error(`predict wrote ${expected.size} files of ${IMAGES} images`);
    while (counts.kills < count) {
      const output = join(root, `killed-${counts.predictions}`);
      for (let tries = 0;; tries++) {
        const child = predict(output);
        // The last attempts are not killed, as a prediction that is always killed early would never end.
        const patience = counts.kills < count && tries < 10 ? random.next() * 1.1 * length : undefined;
        let killed = false;
        const timer = patience === undefined ? undefined : setTimeout(() => {
          killed = true;
          child.kill("SIGKILL");
        }, patience);
        const { success, stderr } = await child.output();
        clearTimeout(timer);
        if (success || !killed) {
          if (!success) {
            counts.failures++;
            notes.push(
              `prediction ${counts.predictions} failed after ${tries} kills: ${new TextDecoder().decode(stderr)}`,
            );
          }
          break;
        }
        onProgress?.(++counts.kills / count);
      }
      const found = await filesBelow(output);
      const note = (what: keyof typeof counts, files: string[]) => {
        counts[what] += files.length;
        notes.push(...files.map((file) => `prediction ${counts.predictions}, ${what}: ${file}`));
      };
      note("files lost", [...expected.keys()].filter((file) => !found.has(file)));
      note("files left over", [...found.keys()].filter((file) => !expected.has(file)));
      note(
        "files that differ",
        [...expected].flatMap(([file, digest]) => found.has(file) && found.get(file) !== digest ? file : []),
      );
      counts.predictions++;
      await Deno.remove(output, { recursive: true });
    }
  } finally {
    await Deno.remove(root, { recursive: true });
  }
  const { kills: _, predictions: __, ...bad } = counts;
  return {
    name: "predict_kills",
    bar:
      "predict on a folder, killed again and again, ends with the files of an undisturbed one, byte for byte, and no other",
    passed: Object.values(bad).every((number) => number === 0),
    counts,
    notes: notes.slice(0, 20),
  };
}
