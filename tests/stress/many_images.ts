/**
 * Predicts images of different sizes in one process, with all files of their objects and a report. The memory must not
 * grow after the first third of them, and the report must hold small pictures only.
 */
import { join } from "node:path";
import { encode } from "fast-png";
import { parseHTML } from "linkedom";
import { readImageHeader } from "lib/images";
import { median } from "lib/math/mean.ts";
import { Random } from "lib/math/random.ts";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { saveSmallModel } from "../tasks/small_model.ts";
import type { StressOptions, StressResult } from "./check.ts";

const SMALLEST = 64, LARGEST = 700;
/** The most that the memory may grow between a third of the images and all of them, in MB. */
const MOST_GROWTH = 150;
/** The longest side of a picture in the report with its legend, in pixels, and the most MB of the report per image. */
const LONGEST_SIDE = 432, MOST_MEGABYTES = 0.1;
/** Share of the images whose samples of the memory are averaged. */
const WINDOW = 0.1;

/** Draws bright discs on a noisy background, 8 bits. */
function drawDiscs(width: number, height: number, random: Random): Uint8Array {
  const data = Uint8Array.from({ length: width * height }, () => 20 + random.integer(20));
  for (let disc = 0; disc < width * height / 2500; disc++) {
    const cx = random.integer(width), cy = random.integer(height), radius = random.uniform(5, 16);
    for (let y = Math.max(0, Math.ceil(cy - radius)); y < Math.min(height, cy + radius); y++) {
      const half = Math.sqrt(radius ** 2 - (y - cy) ** 2);
      const from = Math.max(0, Math.ceil(cx - half)), to = Math.min(width - 1, Math.floor(cx + half));
      for (let x = from; x <= to; x++) data[y * width + x] = 150 + random.integer(60);
    }
  }
  return data;
}

async function writeImages(folder: string, count: number, random: Random): Promise<void> {
  await Deno.mkdir(folder);
  const side = () => SMALLEST + random.integer(LARGEST - SMALLEST + 1);
  for (let i = 0; i < count; i++) {
    const width = side(), height = side();
    const png = encode({ width, height, channels: 1, depth: 8, data: drawDiscs(width, height, random) });
    await Deno.writeFile(join(folder, `${String(i).padStart(4, "0")}.png`), png);
  }
}

/** A sample of the memory of a process. */
interface Sample {
  /** Number of images segmented until then. */
  images: number;
  /** Resident memory in MB. */
  megabytes: number;
}

/** Samples the resident memory of a process and its results until it ends. */
async function watch(child: Deno.ChildProcess, output: string, onImages: (images: number) => void): Promise<Sample[]> {
  const samples: Sample[] = [];
  let ended = false;
  void child.status.then(() => ended = true);
  while (!ended) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const [status, files] = await Promise.all([
      Deno.readTextFile(`/proc/${child.pid}/status`).catch(() => ""),
      Array.fromAsync(Deno.readDir(output)).catch(() => []),
    ]);
    const kilobytes = status.match(/VmRSS:\s+(\d+)/)?.[1];
    if (!kilobytes) continue;
    const images = files.filter(({ name }) => /^\d+_mask\.png$/.test(name)).length;
    samples.push({ images, megabytes: Number(kilobytes) * 1024 / 1e6 });
    onImages(images);
  }
  return samples;
}

/** Checks the report: a picture of each image, and none larger than allowed. */
async function readReport(path: string): Promise<{ pictures: number; longestSide: number; megabytes: number }> {
  const html = await Deno.readTextFile(path);
  const { document } = parseHTML(html) as unknown as {
    document: { querySelectorAll(selector: string): Iterable<{ getAttribute(name: string): string }> };
  };
  const sources = [...document.querySelectorAll("article img")].map((img) => img.getAttribute("src"));
  let longestSide = 0;
  for (const source of sources) {
    const bytes = Uint8Array.fromBase64(source.slice(source.indexOf(",") + 1));
    const { width, height } = await readImageHeader(bytes, "picture.jpg");
    longestSide = Math.max(longestSide, width, height);
  }
  return { pictures: sources.length, longestSide, megabytes: (await Deno.stat(path)).size / 1e6 };
}

export async function run({ count, seed, onProgress }: StressOptions): Promise<StressResult> {
  const root = await Deno.makeTempDir(), random = new Random(seed, 0x3a17), notes: string[] = [];
  try {
    const model = join(root, "model.safetensors"), images = join(root, "images"), output = join(root, "output");
    await saveSmallModel(model);
    await writeImages(images, count, random);
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "--no-check", join(projectFolder(), "tasks/predict.ts"), model, images, "--output", output],
        ...["--write", "labels,table,rois,overlay", "--report"],
      ],
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const errors = new Response(child.stderr).text();
    const samples = await watch(child, output, (done) => onProgress?.(done / count));
    const { success } = await child.status;
    if (!success) notes.push(`predict failed: ${(await errors).slice(-1000)}`);
    const near = (images: number) => {
      const values = samples.filter((sample) => sample.images <= images && sample.images > images - WINDOW * count);
      return values.length ? median(values.map(({ megabytes }) => megabytes)) : NaN;
    };
    const early = near(Math.ceil(count / 3)), late = near(count), growth = late - early;
    if (!(growth < MOST_GROWTH)) {
      notes.push(`the memory grew from ${early.toFixed(0)} to ${late.toFixed(0)} MB; NaN means it was not sampled`);
    }
    const { pictures, longestSide, megabytes } = await readReport(join(output, "report.html"));
    if (pictures !== count) notes.push(`the report has ${pictures} pictures`);
    if (longestSide > LONGEST_SIDE) notes.push(`a picture of the report has a side of ${longestSide} pixels`);
    if (megabytes > MOST_MEGABYTES * count) notes.push(`the report has ${megabytes.toFixed(1)} MB`);
    return {
      name: "many_images",
      bar:
        `predict on images of ${SMALLEST} to ${LARGEST} pixels grows by less than ${MOST_GROWTH} MB after a third of them, ` +
        `and its report holds pictures of at most ${LONGEST_SIDE} pixels`,
      passed: notes.length === 0,
      counts: {
        images: count,
        "MB after a third": Math.round(early),
        "MB at the end": Math.round(late),
        "MB at most": Math.round(Math.max(...samples.map((sample) => sample.megabytes))),
        "MB of the report": Math.round(10 * megabytes) / 10,
      },
      notes,
    };
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}
