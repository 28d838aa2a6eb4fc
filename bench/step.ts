/**
 * Compares one training step with PyTorch and segmentation_models.pytorch: same weights, same batch,
 * the sides in turn. It first checks that both compute the same loss.
 *
 *     deno task bench [--rounds 12] [--encoder resnet34] [--batch 4] [--side 256]
 *
 * Writes results/bench/step.json and a chart beside it.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as Plot from "@observablehq/plot";
import {
  BatchSource,
  chart,
  createModel,
  generateNuclei,
  projectFolder,
  runtimeInfo,
  stateDict,
  table,
  tf,
  writeSafetensors,
} from "lib";

import { COLORS } from "lib/plots/palette.ts";
import { provenance } from "lib/study/provenance.ts";
import { pytorchPython } from "./pytorch.ts";
import { Side } from "./side.ts";
import { median, pairedRatio, type Ratio } from "./statistics.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "12" },
    encoder: { type: "string", default: "resnet34" },
    batch: { type: "string", default: "4" },
    side: { type: "string", default: "256" },
  },
});
const rounds = Number(values.rounds), batchSize = Number(values.batch), cropSize = Number(values.side);
const architecture = "unet", encoder = values.encoder as "resnet34";
const python = await pytorchPython();
const folder = await Deno.makeTempDir();
const info = runtimeInfo();

try {
  const model = createModel({ architecture, encoder, seed: 1 });
  await writeSafetensors(join(folder, "weights.safetensors"), stateDict(model));
  model.dispose();
  const dataset = await generateNuclei({ count: batchSize, size: cropSize, seed: 1 });
  const source = new BatchSource(dataset, dataset.samples.map((_, i) => i), {
    batchSize,
    cropSize,
    channels: 3,
    normalization: "percentile",
    augment: true,
    seed: 1,
  });
  const { images, masks } = source.get(0, 0);
  await writeSafetensors(
    join(folder, "batch.safetensors"),
    new Map([
      ["images", { dtype: "F32" as const, shape: [batchSize, cropSize, cropSize, 3], data: images }],
      ["masks", { dtype: "U8" as const, shape: [batchSize, cropSize, cropSize, 1], data: Uint8Array.from(masks) }],
    ]),
  );
  await Deno.writeTextFile(
    join(folder, "settings.json"),
    JSON.stringify({ architecture, encoder, threads: info.threads }),
  );

  const ours = (mode: string, precision: string) => () =>
    new Side(`${mode}, ${precision}`, Deno.execPath(), [
      "run",
      "-A",
      join(projectFolder(), "bench/step_side.ts"),
      folder,
      mode,
      precision,
    ]);
  const theirs = (layout: string, precision: string) => () =>
    new Side(`PyTorch ${layout}, ${precision}`, python, [
      join(projectFolder(), "bench/step_side.py"),
      folder,
      layout,
      precision,
    ]);
  const starts = {
    compiled: ours("compiled", "float32"),
    eager: ours("eager", "float32"),
    contiguous: theirs("contiguous", "float32"),
    channelsLast: theirs("channels_last", "float32"),
    compiledMixed: ours("compiled", "mixed"),
    contiguousMixed: theirs("contiguous", "mixed"),
    channelsLastMixed: theirs("channels_last", "mixed"),
  };
  type Name = keyof typeof starts;
  const names = Object.keys(starts) as Name[];

  // Fresh processes, one at a time, for the memory; the second step's peak is that of all later ones.
  const peaks = {} as Record<Name, number>;
  for (const name of names.filter((name) => name !== "eager")) {
    const side = starts[name]();
    await side.hello();
    await side.run(4);
    peaks[name] = await side.end();
    console.error(`${name}: peak memory ${Math.round(peaks[name] / 2 ** 20)} MB`);
  }

  const sides = {} as Record<Name, Side>;
  const versions = {} as Record<Name, Record<string, unknown>>;
  const seconds = {} as Record<Name, number[]>;
  const firstStep = {} as Record<Name, number>;
  const losses = {} as Record<Name, number[]>;
  for (const name of names) {
    sides[name] = starts[name]();
    versions[name] = await sides[name].hello();
    const warm = await sides[name].run(4);
    firstStep[name] = warm.seconds[0];
    losses[name] = warm.losses;
    seconds[name] = [];
  }
  const difference = Math.max(...losses.compiled.map((loss, i) => Math.abs(loss / losses.channelsLast[i] - 1)));
  if (difference > 2e-3) {
    throw new Error(
      `The losses differ: ${losses.compiled} here, ${losses.channelsLast} in PyTorch: nothing to compare`,
    );
  }
  for (let round = 0; round < rounds; round++) {
    // Another order each round, so that no side always follows the same one.
    for (const i of names.keys()) {
      const name = names[(i + round) % names.length];
      const { seconds: times } = await sides[name].run(2);
      seconds[name].push(Math.min(...times));
    }
    console.error(
      `round ${round + 1}/${rounds}: ${
        names.map((name) => `${name} ${seconds[name].at(-1)!.toFixed(2)} s`).join(", ")
      }`,
    );
  }
  for (const name of names) await sides[name].end();

  const better = (a: Name, b: Name) => median(seconds[a]) <= median(seconds[b]) ? a : b;
  const best = better("contiguous", "channelsLast"), bestMixed = better("contiguousMixed", "channelsLastMixed");
  const ratios: Record<string, Ratio> = {
    "training step, float32": pairedRatio(seconds.compiled, seconds[best]),
    "training step, bfloat16": pairedRatio(seconds.compiledMixed, seconds[bestMixed]),
    "compiled against eager": pairedRatio(seconds.compiled, seconds.eager),
  };
  const a = tf.scalar(1), b = tf.scalar(2);
  const add = () => {
    const start = performance.now();
    for (let i = 0; i < 20_000; i++) tf.add(a, b).dispose();
    return (performance.now() - start) / 20;
  };
  add();
  const scalarAdd = Math.min(add(), add(), add());

  const result = {
    date: new Date().toISOString().slice(0, 10),
    provenance: {
      ...provenance(),
      torch: versions.contiguous.torch,
      smp: versions.contiguous.smp,
      bfloat16Tiles: info.bfloat16,
    },
    work: { architecture, encoder, batchSize, cropSize, optimizer: "adam", rounds },
    firstStepSeconds: firstStep.compiled,
    lossDifference: difference,
    medianSeconds: Object.fromEntries(names.map((name) => [name, median(seconds[name])])),
    peakBytes: peaks,
    peakRatio: peaks.compiled / Math.min(peaks.contiguous, peaks.channelsLast),
    ratios,
    scalarAddMicroseconds: scalarAdd,
    seconds,
  };
  const out = join(projectFolder(), "results/bench");
  await Deno.mkdir(out, { recursive: true });
  await Deno.writeTextFile(join(out, "step.json"), JSON.stringify(result, null, 1) + "\n");
  const bars = Object.entries(ratios).map(([what, ratio]) => ({ what, ...ratio }));
  await chart({
    description: "How many times faster than PyTorch's better layout, with 95 % intervals",
    width: 640,
    height: 200,
    marginLeft: 170,
    x: { label: "times as fast", domain: [0, Math.max(1.5, ...bars.map(({ high }) => high * 1.05))], grid: true },
    y: { label: null, domain: bars.map(({ what }) => what) },
    marks: [
      Plot.barX(bars, { x: "ratio", y: "what", fill: COLORS.sky }),
      Plot.ruleY(bars, { x1: "low", x2: "high", y: "what", strokeWidth: 2 }),
      Plot.ruleX([1], { stroke: COLORS.orange }),
    ],
  }).save(join(out, "step.svg"));
  console.log(
    `\n${
      table(
        ["", "times as fast", "95 % interval"],
        bars.map(({ what, ratio, low, high }) => [what, ratio.toFixed(2), `${low.toFixed(2)} to ${high.toFixed(2)}`]),
      )
    }\n`,
  );
  console.log(`Peak memory: ${Math.round(peaks.compiled / 2 ** 20)} MB, ${result.peakRatio.toFixed(2)} × PyTorch's`);
  console.log(
    `Trace and first step: ${firstStep.compiled.toFixed(1)} s; an eager scalar add: ${scalarAdd.toFixed(1)} µs`,
  );
  console.log(join(out, "step.json"));
} finally {
  await Deno.remove(folder, { recursive: true });
}
