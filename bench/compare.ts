/**
 * Compares training steps and inference with PyTorch and segmentation_models.pytorch: same weights, same
 * batch, the sides in turn. It first checks that both compute the same.
 *
 *     deno task bench [--only TEXT] [--rounds 8] [--scaling] [--device gpu] [--memory] [--draw]
 *
 * `--only` takes the works whose name contains the text. Writes results/bench/compare.json (or
 * compare-gpu.json) and a chart beside it, after each work; works that did not run keep what was there.
 * `--memory` only measures our side's memory again, and keeps times and PyTorch's memory; `--draw` only draws the
 * charts again.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as Plot from "@observablehq/plot";
import { ARCHITECTURES, createModel, generateDataset, registryNames, runtimeInfo, tf } from "lib";
import { BatchSource } from "lib/batches";
import { table } from "lib/display";
import { type Architecture, type EncoderName, stateDict, writeSafetensors } from "lib/nn";
import { chart } from "lib/plots";
import { projectFolder } from "lib/runs";
import type { Precision } from "lib/tensorflow";
import { replaceText } from "lib/io/replace_file.ts";
import { COLORS } from "lib/plots/palette.ts";
import { provenance, today } from "lib/runs/provenance.ts";
import { pytorchPython } from "./pytorch.ts";
import { Side } from "./side.ts";
import { pairedRatio, type Ratio } from "./statistics.ts";
import { median } from "lib/math/mean.ts";

interface Work {
  name: string;
  kind: "training" | "inference";
  architecture: Architecture;
  encoder: EncoderName;
  precision: Precision;
  batch: number;
  side: number;
  /** At least as many times faster than PyTorch as this is wanted. */
  bar?: number;
}

/** What came out of one work. */
interface Result extends Work {
  /** Times faster than PyTorch's better layout; > 1 is faster. */
  speed: Ratio;
  eager?: Ratio;
  medianSeconds: Record<string, number>;
  peakBytes: Record<string, number>;
  /** Bytes of a training step and the optimiser: by the memory model, and measured. */
  plan?: { planned: number; measured: number };
  /** Our peak memory over PyTorch's smaller one; not measured for the scaling charts. */
  memory?: number;
  firstStepSeconds: number;
  /** Largest relative difference of the first losses, or of the mean probability. */
  difference: number;
  date: string;
  processor: string;
  seconds: Record<string, number[]>;
}

function works(scaling: boolean): Work[] {
  const base = { encoder: "resnet34", precision: "float32", batch: 4, side: 256 } as const;
  const architectures = registryNames(ARCHITECTURES);
  const list: Work[] = [];
  // Where nothing multiplies 16 bit, they are not for speed.
  const precisions = info.bfloat16 || gpu ? ["float32", "mixed", "mixed-bfloat16"] as const : ["float32"] as const;
  for (const precision of precisions) {
    for (const architecture of architectures) {
      list.push({
        ...base,
        kind: "training",
        architecture,
        precision,
        name: `${ARCHITECTURES[architecture].label}, training, ${precision}`,
        bar: precision !== "float32" ? 1 : architecture === "deeplabv3" ? 1.05 : 1.15,
      });
    }
  }
  for (const architecture of architectures) {
    list.push({
      ...base,
      kind: "inference",
      architecture,
      name: `${ARCHITECTURES[architecture].label}, inference, float32`,
      bar: 1.15,
    });
  }
  list.push({
    ...base,
    kind: "training",
    architecture: "unet",
    encoder: "mobilenet_v2",
    name: "UNet with MobileNetV2, training, float32",
    bar: 0.8,
  });
  if (!scaling) return list;
  const unet = { ...base, kind: "training", architecture: "unet" } as const;
  return [
    ...[1, 2, 4, 8, 16].map((batch) => ({ ...unet, batch, name: `UNet, batch ${batch}` })),
    ...[128, 192, 256, 384, 512].map((side) => ({ ...unet, side, name: `UNet, side ${side}` })),
  ];
}

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    rounds: { type: "string", default: "8" },
    scaling: { type: "boolean", default: false },
    device: { type: "string", default: "cpu" },
    memory: { type: "boolean", default: false },
    draw: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const gpu = values.device === "gpu";
const python = values.draw ? "" : await pytorchPython();
const info = runtimeInfo();
if (gpu && info.device !== "GPU") {
  throw new Error(info.warning || 'There is no GPU build of TensorFlow: run "deno task setup --gpu" first');
}
const out = join(projectFolder(), "results/bench");
const file = join(out, `${values.scaling ? "scaling" : "compare"}${gpu ? "-gpu" : ""}`);

/** Writes weights and a batch that both sides read. */
async function prepare(folder: string, { architecture, encoder, batch, side }: Work): Promise<void> {
  const model = createModel({ architecture, encoder, seed: 1 });
  await writeSafetensors(join(folder, "weights.safetensors"), stateDict(model));
  model.dispose();
  const dataset = await generateDataset({ count: batch, size: side, seed: 1 });
  const source = new BatchSource(dataset, dataset.samples.map((_, i) => i), {
    batchSize: batch,
    cropSize: side,
    channels: 3,
    normalization: "percentile",
    augmentations: ["symmetries"],
    seed: 1,
  });
  const { images, masks } = source.get(0, 0);
  await writeSafetensors(
    join(folder, "batch.safetensors"),
    new Map([
      ["images", { dtype: "F32" as const, shape: [batch, side, side, 3], data: images }],
      ["masks", { dtype: "U8" as const, shape: [batch, side, side, 1], data: Uint8Array.from(masks) }],
    ]),
  );
  await Deno.writeTextFile(
    join(folder, "settings.json"),
    JSON.stringify({ architecture, encoder, threads: info.threads, device: gpu ? "cuda" : "cpu" }),
  );
}

type Starts = Record<string, () => Side>;

/** How each side of a work is started, on what `prepare` wrote into `folder`. */
function startEngines(work: Work, folder: string): Starts {
  const { kind, precision } = work;
  const ours = (mode: string) => () =>
    new Side(mode, Deno.execPath(), [
      "run",
      "-A",
      join(projectFolder(), "bench/compare_side.ts"),
      folder,
      mode,
      precision,
      kind,
    ]);
  const theirs = (layout: string) => () =>
    new Side(`PyTorch ${layout}`, python, [
      join(projectFolder(), "bench/compare_side.py"),
      folder,
      layout,
      precision,
      kind,
    ]);
  return {
    compiled: ours("compiled"),
    contiguous: theirs("contiguous"),
    channelsLast: theirs("channels_last"),
    // Once is enough to know what compiling is worth.
    ...(work.name === "UNet, training, float32" && { eager: ours("eager") }),
  };
}

/** Peaks of fresh processes, one at a time, where none is `known`; the second step's is that of all later ones. */
async function measureMemory(
  starts: Starts,
  { kind }: Work,
  known: Record<string, number> = {},
): Promise<Pick<Result, "peakBytes" | "plan" | "memory">> {
  const peakBytes = { ...known };
  let plan: Result["plan"];
  for (const name of Object.keys(starts).filter((name) => !(name in known))) {
    const side = starts[name]();
    await side.hello();
    await side.run(4);
    const memory = await side.end();
    peakBytes[name] = memory.peakBytes;
    if (name === "compiled" && kind === "training") plan = memory.plan;
  }
  const { compiled, contiguous, channelsLast } = peakBytes;
  return { peakBytes, plan, memory: compiled / Math.min(contiguous, channelsLast) };
}

/** Runs `body` in a folder that holds what both sides read. */
async function prepared<T>(work: Work, body: (starts: Starts) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    await prepare(folder, work);
    return await body(startEngines(work, folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A result with the memory of our sides as it is now. */
async function measureOursAgain(result: Result): Promise<Result> {
  const { contiguous, channelsLast } = result.peakBytes;
  const memory = await prepared(result, (starts) => measureMemory(starts, result, { contiguous, channelsLast }));
  return { ...result, ...memory };
}

function measure(work: Work): Promise<Result> {
  return prepared(work, async (starts) => {
    const names = Object.keys(starts);
    const { precision } = work;
    const memory = values.scaling ? { peakBytes: {} } : await measureMemory(starts, work);
    const sides: Record<string, Side> = {};
    const seconds: Record<string, number[]> = {};
    const losses: Record<string, number[]> = {};
    let firstStepSeconds = 0, turn = 2;
    for (const name of names) {
      sides[name] = starts[name]();
      await sides[name].hello();
      const warm = await sides[name].run(3);
      if (name === "compiled") firstStepSeconds = warm.seconds[0];
      losses[name] = warm.losses;
      seconds[name] = [];
      // About two seconds in a row: short steps need more of them.
      turn = Math.max(turn, Math.min(10, Math.round(2 / Math.min(...warm.seconds))));
    }
    const apart = (a: number[], b: number[]) => Math.max(...a.map((loss, i) => Math.abs(loss / b[i] - 1)));
    const difference = apart(losses.compiled, losses.channelsLast);
    // No nearer than PyTorch's two layouts are to each other: Adam's first steps go by the signs of gradients.
    const allowed = Math.max(precision === "float32" ? 5e-3 : 5e-2, apart(losses.contiguous, losses.channelsLast));
    if (!(difference <= allowed)) {
      throw new Error(`${work.name}: ${losses.compiled} here, ${losses.channelsLast} in PyTorch: nothing to compare`);
    }
    for (let round = 0; round < rounds; round++) {
      // Another order each round, so that no side always follows the same one.
      for (const i of names.keys()) {
        const name = names[(i + round) % names.length];
        const { seconds: times } = await sides[name].run(turn);
        seconds[name].push(Math.min(...times));
      }
    }
    for (const name of names) await sides[name].end();
    const medians = Object.fromEntries(names.map((name) => [name, median(seconds[name])]));
    const best = medians.contiguous <= medians.channelsLast ? "contiguous" : "channelsLast";
    return {
      ...work,
      speed: pairedRatio(seconds.compiled, seconds[best]),
      ...(seconds.eager && { eager: pairedRatio(seconds.compiled, seconds.eager) }),
      medianSeconds: medians,
      ...memory,
      firstStepSeconds,
      difference,
      date: today(),
      processor: info.processor,
      seconds,
    };
  });
}

async function readResults(): Promise<Result[]> {
  try {
    return JSON.parse(await Deno.readTextFile(`${file}.json`)).results;
  } catch {
    return [];
  }
}

async function write(results: Result[]): Promise<void> {
  const record = {
    provenance: { ...provenance(), torch: "2.13.0", smp: "0.6.0", bfloat16Tiles: info.bfloat16 },
    what: "Seconds of each round per side, sides in turn; speed is the median of the rounds' ratios to PyTorch's " +
      "better layout with a 95 % bootstrap interval; memory is the peak of a fresh process",
    scalarAddMicroseconds: scalarAdd(),
    results,
  };
  await Deno.mkdir(out, { recursive: true });
  await replaceText(`${file}.json`, JSON.stringify(record, null, 1) + "\n");
  if (!values.scaling) return await ratioChart(results).save(`${file}.svg`);
  for (const over of ["batch", "side"] as const) await scalingChart(results, over).save(`${file}-${over}.svg`);
}

function ratioChart(results: Result[]) {
  const rows = results.map(({ name, speed, bar }) => ({ name, ...speed, bar }));
  return chart({
    description: "How many times faster than PyTorch's better layout, with 95 % intervals; a dot is what is wanted",
    width: 720,
    height: 70 + 26 * rows.length,
    marginBottom: 44,
    marginLeft: 270,
    x: {
      label: "times as fast as PyTorch",
      domain: [0, Math.max(1.5, ...rows.map(({ high }) => high * 1.05))],
      grid: true,
    },
    y: { label: null, domain: rows.map(({ name }) => name) },
    marks: [
      Plot.barX(rows, { x: "ratio", y: "name", fill: COLORS.sky }),
      Plot.ruleY(rows, { x1: "low", x2: "high", y: "name", strokeWidth: 2 }),
      Plot.dot(rows.filter(({ bar }) => bar !== undefined), { x: "bar", y: "name", fill: COLORS.orange, r: 4 }),
      Plot.ruleX([1], { stroke: COLORS.orange }),
    ],
  });
}

/** Step time over `batch` or `side`. */
function scalingChart(results: Result[], over: "batch" | "side") {
  const rows = results.filter(({ name }) => name.includes(`, ${over} `)).flatMap((result) => {
    const { compiled, contiguous, channelsLast } = result.medianSeconds;
    return [
      { x: result[over], who: "here", seconds: compiled },
      { x: result[over], who: "PyTorch", seconds: Math.min(contiguous, channelsLast) },
    ];
  });
  const what = over === "batch" ? "batch size, at 256 × 256 pixels" : "side of the images in pixels, batches of 4";
  const ends = rows.filter(({ x }) => x === rows.at(-1)!.x);
  return chart({
    description: `Seconds of a training step of UNet with ResNet-34, over ${what}`,
    width: 420,
    height: 300,
    marginLeft: 50,
    marginRight: 70,
    marginBottom: 40,
    x: { label: what, type: "log", base: 2, ticks: [...new Set(rows.map(({ x }) => x))], tickFormat: "d" },
    y: { label: "seconds per step", type: "log", grid: true, tickFormat: ".1f", ticks: 5 },
    color: { domain: ["here", "PyTorch"], range: [COLORS.blue, COLORS.orange] },
    marks: [
      Plot.line(rows, { x: "x", y: "seconds", stroke: "who", z: "who" }),
      Plot.dot(rows, { x: "x", y: "seconds", fill: "who" }),
      Plot.text(ends, { x: "x", y: "seconds", text: "who", fill: "who", dx: 8, textAnchor: "start" }),
    ],
  });
}

let addTime = 0;
/** Microseconds of an eager addition of two scalars. */
function scalarAdd(): number {
  if (addTime) return addTime;
  const a = tf.scalar(1), b = tf.scalar(2);
  const time = () => {
    const start = performance.now();
    for (let i = 0; i < 20_000; i++) tf.add(a, b).dispose();
    return (performance.now() - start) / 20;
  };
  time();
  return addTime = Math.min(time(), time(), time());
}

const all = works(values.scaling);
const chosen = all.filter(({ name }) => name.toLowerCase().includes(values.only.toLowerCase()));
if (chosen.length === 0) {
  throw new Error(`No work's name contains "${values.only}": there are ${all.map(({ name }) => name).join("; ")}`);
}
let results = await readResults();
if (values.draw) {
  await write(results);
  Deno.exit();
}
for (const work of chosen) {
  const before = results.find(({ name }) => name === work.name);
  if (values.memory && before?.memory === undefined) continue; // nothing to set it beside
  const result = values.memory ? await measureOursAgain(before!) : await measure(work);
  results = all.flatMap(({ name }) => name === work.name ? [result] : results.filter((known) => known.name === name));
  await write(results);
  const { ratio, low, high } = result.speed;
  console.error(
    `${work.name}: ${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})${
      result.memory ? `, memory ${result.memory.toFixed(2)}` : ""
    }${result.plan ? `, planned ${(result.plan.planned / result.plan.measured).toFixed(2)} of it` : ""}`,
  );
}
const rows = results.filter(({ name }) => chosen.some((work) => work.name === name));
console.log(
  `\n${
    table(
      ["", "times as fast", "95 % interval", "wanted", "memory", "first step"],
      rows.map(({ name, speed, bar, memory, firstStepSeconds }) => [
        name,
        speed.ratio.toFixed(2),
        `${speed.low.toFixed(2)} to ${speed.high.toFixed(2)}`,
        bar === undefined ? "" : `≥ ${bar}`,
        memory === undefined ? "" : `${memory.toFixed(2)} ×`,
        `${firstStepSeconds.toFixed(1)} s`,
      ]),
    )
  }\n\n${file}.json`,
);
