import { dirname, join } from "node:path";
import { encode } from "fast-png";
import type { Dataset, Sample } from "lib/datasets";
import { generateDataset } from "lib/datasets/generator/generate.ts";
import { writeTiff } from "../images/formats/tiff/write_tiff.ts";

/** Number of images that can be segmented. */
export const SOUND = 37;
/** Images with two channels, and one that is cut off. */
export const UNSOUND = ["plate-1/two-channels.tif", "plate-2/channels-in-pages.tif", "plate-3/truncated.tif"] as const;

/** Returns the pixels of a generated image at a depth. */
function pixels({ image: { data, bits } }: Sample, depth: 8 | 16): Uint8Array | Uint16Array {
  const top = 2 ** depth - 1, scale = top / (2 ** bits - 1);
  return depth === 8
    ? Uint8Array.from(data, (value) => value * scale)
    : Uint16Array.from(data, (value) => value * scale);
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeFile(path, bytes);
}

/** Writes images and masks to train on, with a number for each object. */
export async function writeTrainingImages(folder: string, seed: number): Promise<void> {
  const { samples } = await generateDataset({ count: 20, size: 96, seed, modality: "fluorescence", difficulty: 0.2 });
  for (const sample of samples) {
    const { id, labels: { width, height, data } } = sample;
    await write(join(folder, "images", `${id}.tif`), writeTiff([{ width, height, data: pixels(sample, 16) }]));
    const mask = encode({ width, height, channels: 1, depth: 16, data: Uint16Array.from(data) });
    await write(join(folder, "masks", `${id}.png`), mask);
  }
}

/** Writes 40 TIFFs of 8 and 16 bits in nested folders: those of {@linkcode UNSOUND} cannot be segmented. */
export async function writeNewImages(folder: string, seed: number): Promise<void> {
  const generate = async (count: number, size: number): Promise<Dataset> =>
    await generateDataset({ count, size, seed: seed + size, modality: "fluorescence", difficulty: 0.2 });
  const samples = [...(await generate(20, 96)).samples, ...(await generate(SOUND - 20, 144)).samples];
  for (const [i, sample] of samples.entries()) {
    const { width, height } = sample.image, data = pixels(sample, i % 3 ? 16 : 8);
    const place = `plate-${i % 3 + 1}/well-${i % 4}/${String(i).padStart(2, "0")}.tif`;
    await write(join(folder, place), writeTiff([{ width, height, data, deflate: i % 2 === 0 }]));
  }
  const [first, second] = samples.map((sample) => pixels(sample, 16)), { width, height } = samples[0].image;
  const both = Uint16Array.from({ length: 2 * first.length }, (_, i) => (i % 2 ? second : first)[i >> 1]);
  const [interleaved, inPages, truncated] = UNSOUND.map((place) => join(folder, place));
  await write(interleaved, writeTiff([{ width, height, data: both }]));
  const description = "ImageJ=1.54f\nimages=2\nchannels=2\nhyperstack=true\nmode=composite\n";
  const pages = [first, second].map((data, page) => ({ width, height, data, ...(page === 0 && { description }) }));
  await write(inPages, writeTiff(pages));
  const whole = writeTiff([{ width, height, data: first }]);
  await write(truncated, whole.subarray(0, whole.length >> 1));
}
