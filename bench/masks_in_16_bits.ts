/**
 * Compares the masks that a trained model predicts in 16 bits with those that it predicts in float32, image by image.
 *
 *     deno run -A bench/masks_in_16_bits.ts [FOLDER] [--precisions mixed,mixed-float16] [--images 20] [--results FOLDER] [-p key=value …]
 *
 * It trains a model in float32 on one fold of the images in FOLDER, or of generated ones, and predicts the images of
 * that fold's validation, or some of them (`--images`). What is in `--results` is used again. On a CPU `mixed` is bfloat16, on a GPU float16.
 * About 5 minutes on 2 cores for the generated images. It writes results/bench/masks-in-16-bits.json, and keeps the
 * numbers of other data sets and precisions.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import process from "node:process";
import {
  countPixels,
  type Dataset,
  diceScore,
  foreground,
  generateDataset,
  openDataset,
  openSegmenter,
  runtimeInfo,
  type Sample,
  type Segmentation,
  type Segmenter,
  train,
} from "lib";
import { type Precision, PRECISIONS } from "lib/tensorflow";
import { table } from "lib/display";
import { projectFolder } from "lib/runs";
import { replaceText } from "lib/io/replace_file.ts";
import { mean, median } from "lib/math/mean.ts";
import { provenance } from "lib/runs/provenance.ts";
import { parseAssignments } from "../tasks/parse_assignments.ts";

/** How an image's result in 16 bits differs from that in float32. */
interface Difference {
  id: string;
  /** Share of the pixels whose mask differs, 0 to 1. */
  differing: number;
  /** Dice of the two masks. */
  dice: number;
  /** Largest difference of a probability. */
  probability: number;
  /** Dice compared with the truth, in 16 bits less that in float32. */
  gain: number;
  /** Objects in float32, and in 16 bits. */
  objects: [float32: number, half: number];
}

/** The differences of a data set in one precision. */
interface Result {
  dataset: string;
  precision: Precision;
  device: string;
  processor: string;
  bfloat16: string;
  model: string;
  /** Mean Dice of the images in float32. */
  dice: number;
  /** Median, and worst image. */
  summary: Record<"differing" | "dice" | "probability" | "gain", { median: number; worst: number }>;
  /** Mean over the images of the Dice in 16 bits less that in float32. */
  meanGain: number;
  /** Images with another number of objects, and objects of all images. */
  objects: { imagesThatDiffer: number; float32: number; half: number };
  /** Processor time in float32, divided by that in 16 bits: median over the images. */
  speed: number;
  images: Difference[];
}

const { values, positionals: [folder] } = parseArgs({
  allowPositionals: true,
  options: {
    precisions: { type: "string", default: "mixed" },
    images: { type: "string", default: "1000" },
    results: { type: "string" },
    p: { type: "string", short: "p", multiple: true, default: [] },
  },
});
const precisions = values.precisions.split(",").map((name) => {
  const precision = PRECISIONS.find((each) => each === name);
  if (!precision || precision === "float32") {
    throw new Error(`--precisions has "${name}": give ${PRECISIONS.slice(1).join(", ")}`);
  }
  return precision;
});
const file = join(projectFolder(), "results/bench/masks-in-16-bits.json");

/** Returns the Dice of a mask compared with another; 1 if both are empty. */
function dice(mask: ArrayLike<number>, other: ArrayLike<number>): number {
  const score = diceScore(countPixels(mask, other));
  return Number.isNaN(score) ? 1 : score;
}

function compare({ id, labels }: Sample, threshold: number, full: Segmentation, half: Segmentation): Difference {
  const [ours, theirs] = [full, half].map(({ probabilities }) => probabilities.map((p) => p > threshold ? 1 : 0));
  const truth = foreground(labels);
  let differing = 0, probability = 0;
  for (let i = 0; i < ours.length; i++) {
    if (ours[i] !== theirs[i]) differing++;
    probability = Math.max(probability, Math.abs(full.probabilities[i] - half.probabilities[i]));
  }
  return {
    id,
    differing: differing / ours.length,
    dice: dice(theirs, ours),
    probability,
    gain: dice(theirs, truth) - dice(ours, truth),
    objects: [full.count, half.count],
  };
}

/** Segments an image. Returns the processor time too, in seconds. */
async function timed(segmenter: Segmenter, { image }: Sample) {
  const before = process.cpuUsage();
  const found = await segmenter.segment(image);
  const { user, system } = process.cpuUsage(before);
  return { found, seconds: (user + system) / 1e6 };
}

function summarize(images: readonly Difference[]): Result["summary"] {
  const both = (name: keyof Result["summary"], worst: (...all: number[]) => number) => {
    const all = images.map((image) => image[name]);
    return { median: median(all), worst: worst(...all) };
  };
  return {
    differing: both("differing", Math.max),
    dice: both("dice", Math.min),
    probability: both("probability", Math.max),
    gain: both("gain", Math.min),
  };
}

async function measure(dataset: Dataset, samples: readonly Sample[], path: string, precision: Precision) {
  using full = await openSegmenter(path), half = await openSegmenter(path, { precision });
  const images: Difference[] = [], speeds: number[] = [], scores: number[] = [];
  for (const sample of samples) {
    // The first prediction of a size compiles it.
    await half.segment(sample.image);
    await full.segment(sample.image);
    const wide = await timed(full, sample), narrow = await timed(half, sample);
    images.push(compare(sample, full.threshold, wide.found, narrow.found));
    speeds.push(wide.seconds / narrow.seconds);
    const { probabilities } = wide.found;
    scores.push(dice(probabilities.map((p) => p > full.threshold ? 1 : 0), foreground(sample.labels)));
  }
  const { device, processor, bfloat16 } = runtimeInfo();
  const { architecture, encoder } = model.model.options;
  const total = (k: 0 | 1) => images.reduce((sum, { objects }) => sum + objects[k], 0);
  return {
    dataset: dataset.name,
    precision,
    device,
    processor,
    bfloat16,
    model: `${architecture}, ${encoder}`,
    dice: mean(scores),
    summary: summarize(images),
    meanGain: mean(images.map(({ gain }) => gain)),
    objects: {
      imagesThatDiffer: images.filter(({ objects: [a, b] }) => a !== b).length,
      float32: total(0),
      half: total(1),
    },
    speed: median(speeds),
    images,
  } satisfies Result;
}

const dataset = folder ? await openDataset(folder) : await generateDataset({ count: 60, size: 256, seed: 21 });
const temporary = values.results ? undefined : await Deno.makeTempDir();
const results = values.results ?? temporary!;
using model = await train({ epochs: 10, ...parseAssignments(values.p) }, dataset, { results });
const { validation } = model.record.data;
const all = dataset.samples.filter(({ id }) => validation.includes(id));
const every = Math.ceil(all.length / Number(values.images));
const samples = all.filter((_, i) => i % every === 0);
const measured: Result[] = [];
for (const precision of precisions) measured.push(await measure(dataset, samples, model.folder, precision));
if (temporary) await Deno.remove(temporary, { recursive: true });

const earlier: Result[] = await Deno.readTextFile(file).then((text) => JSON.parse(text).results, () => []);
const key = (result: Result) => [result.dataset, result.precision, result.device, result.bfloat16].join();
const kept = earlier.filter((result) => !measured.some((each) => key(each) === key(result)));
const record = {
  what: "Predictions in 16 bits compared with float32: median and worst image; gain is Dice compared with the truth, " +
    "in 16 bits less that in float32",
  provenance: provenance(),
  results: [...kept, ...measured].sort((a, b) => key(a) < key(b) ? -1 : 1),
};
await replaceText(file, JSON.stringify(record, null, 1) + "\n");
const percent = (share: number) => `${(100 * share).toFixed(3)} %`;
console.log(`${
  table(
    ["", "pixels that differ", "Dice of the masks", "probability", "Dice gained", "objects", "speed"],
    measured.map(({ precision, summary, meanGain, objects, speed }) => [
      precision,
      `${percent(summary.differing.median)} (${percent(summary.differing.worst)})`,
      `${summary.dice.median.toFixed(4)} (${summary.dice.worst.toFixed(4)})`,
      `${summary.probability.median.toFixed(3)} (${summary.probability.worst.toFixed(3)})`,
      meanGain.toFixed(5),
      `${objects.float32} and ${objects.half}, ${objects.imagesThatDiffer} of ${samples.length} images differ`,
      `${speed.toFixed(2)} ×`,
    ]),
  )
}`);
