/**
 * Measures the algorithms of convolutions on this processor: for each convolution of UNet, DeepLabV3, DeepLabV3+ and PSPNet
 * with ResNet-34 and ResNet-18 (batches of 4 × 256² and 4 × 96², and one image of 512²), each algorithm against the direct convolution in
 * turn. Then it measures the whole models with the resulting rules, and keeps those of predictions and those of training only
 * if a model becomes faster and none slower; and likewise batch normalisations and further gradients by kernels in machine code,
 * and on processors with bfloat16 the steps in `mixed` whose gradients tiles compute in float32, and those that this project
 * traces itself. An algorithm or a model with other results stops the measurement. It takes about fifteen minutes; let nothing
 * else run.
 *
 *     deno task bench --algorithms [--rounds 15] [--write]
 *
 * It prints and writes results/bench/algorithms-NAME.json. `--write` also adds the entry to the table that later runs use
 * (lib/nn/algorithms/algorithm_table.json). The name of the second entry of a day ends in -2. For another number of threads, set
 * TF_NUM_INTRAOP_THREADS and TF_NUM_INTEROP_THREADS.
 *
 *     deno run -A bench/algorithms.ts --points FILE [--write]
 *
 * takes the measured convolutions of an earlier result, derives the rules again, and measures the models alone.
 */
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { runtimeInfo } from "lib";
import { table } from "lib/display";
import { projectFolder } from "lib/runs";
import { replaceText } from "lib/io/replace_file.ts";
import { runsNativeOps } from "lib/native_ops/mod.ts";
import { ALGORITHM_ENTRIES, AlgorithmEntry, DIRECT } from "lib/nn/algorithms/algorithm_table.ts";
import { findEntry } from "lib/nn/algorithms/choose_entry.ts";
import type { Precision } from "lib/tensorflow";
import { provenance, today } from "lib/runs/provenance.ts";
import { deriveRules } from "./algorithms/derive_rules.ts";
import { listWorks } from "./algorithms/list_works.ts";
import { type MeasuredModel, measureModels } from "./algorithms/measure_models.ts";
import { type MeasuredPoint, measureWork } from "./algorithms/measure_work.ts";
import { addToTable, newEntry, refuseUnused } from "./algorithms/new_entry.ts";
import { helps, usefulRules } from "./algorithms/useful_rules.ts";
import type { Ratio } from "./statistics.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "15" },
    points: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const info = runtimeInfo();
if (info.device !== "CPU") throw new Error("A GPU chooses its algorithms itself: set TENSORFLOW_DEVICE=cpu");
const identity = newEntry(info, today(), ALGORITHM_ENTRIES);
if (values.write) refuseUnused(identity.instructions);

const start = performance.now();
const earlier = values.points ? readPoints(JSON.parse(await Deno.readTextFile(values.points))) : undefined;
const works = earlier ? [] : listWorks(), points: MeasuredPoint[] = earlier?.points ?? [];
for (const [i, work] of works.entries()) {
  for (const kind of work.kinds) points.push(...await measureWork(work, kind, rounds));
  const minutes = ((performance.now() - start) / 60_000).toFixed(1);
  console.error(`${i + 1} of ${works.length} convolutions, ${minutes} minutes`);
}

const candidate = AlgorithmEntry.parse({
  ...identity,
  measured: earlier
    ? `${earlier.measured}; rules derived again, and models measured, on ${today()}`
    : `${info.processor}, ${info.threads} threads, ${rounds} pairs per convolution: deno task bench --algorithms`,
  rules: deriveRules(points),
});
const models = await measure({ before: findEntry(DIRECT), after: candidate });
const before = { ...candidate, rules: usefulRules(candidate.rules, models) };
const after = { ...before, batchNorm: "native" } as const;
const norms = runsNativeOps() ? await measure({ before, after }, [true]) : [];
const normed = helps(norms) ? after : before;
const correlated = { ...normed, kernelGradients: "native" } as const;
const gradients = runsNativeOps() ? await measure({ before: normed, after: correlated }, [true]) : [];
const chosen = helps(gradients) ? correlated : normed;
// Without instructions for bfloat16, 16 bits are slower whatever chooses them.
const tiled = { ...chosen, mixedGradients: "tiles" } as const;
const mixedGradients = info.bfloat16 && runsNativeOps()
  ? await measure({ before: chosen, after: tiled }, [true], "mixed")
  : [];
const mixed = helps(mixedGradients) ? tiled : chosen;
const traced = { ...mixed, bfloat16: "native" } as const;
const halves = info.bfloat16 ? await measure({ before: mixed, after: traced }, [true], "mixed") : [];
const entry = helps(halves) ? traced : mixed;
const file = join(projectFolder(), `results/bench/algorithms-${entry.name}.json`);
await writeResults();
if (values.write) await addToTable(join(projectFolder(), "lib/nn/algorithms/algorithm_table.json"), entry);
print();

/** Measures models with two entries. */
async function measure(
  entries: { before: AlgorithmEntry; after: AlgorithmEntry },
  works?: boolean[],
  precision?: Precision,
): Promise<MeasuredModel[]> {
  const measured: MeasuredModel[] = [];
  for await (const model of measureModels(entries, { rounds, works, precision })) {
    measured.push(model);
    console.error(
      `${model.name}: ${model.speed.ratio.toFixed(2)}, results differ by up to ${model.difference.toPrecision(1)}`,
    );
  }
  return measured;
}

/** Returns the measured convolutions of an earlier result, which must be of this kind of processor. */
function readPoints(record: { entry: AlgorithmEntry; points: MeasuredPoint[] }) {
  const { instructions, vendor, threads } = identity, { entry } = record;
  if (entry.instructions !== instructions || entry.vendor !== vendor || entry.threads !== threads) {
    throw new Error(
      `${values.points} was measured with ${entry.instructions}, ${
        entry.vendor || "another vendor"
      }, ${entry.threads} ` +
        `threads, and this is ${instructions}, ${vendor}, ${threads} threads: leave --points out`,
    );
  }
  return { points: record.points, measured: entry.measured };
}

async function writeResults(): Promise<void> {
  const record = {
    provenance: { ...provenance(), bfloat16: info.bfloat16 },
    what:
      "Speed relative to the direct convolution, or for models to direct convolutions everywhere, or for norms to the same " +
      "model with TensorFlow's batch normalisations, or for gradients to the same model with oneDNN's gradients by kernels, " +
      "or for mixedGradients to the same model with oneDNN's gradients in bfloat16, or for halves to the same model whose ops " +
      "in bfloat16 TensorFlow chooses: the median ratio of alternating rounds with a 95 % bootstrap interval, and difference " +
      "how far the results are from float32's by direct convolutions; direct and milliseconds are medians. Points of an " +
      "earlier record (pointsOf) were measured with it",
    entry,
    candidate: candidate.rules,
    models,
    norms,
    gradients,
    mixedGradients,
    halves,
    pointsOf: values.points && relative(projectFolder(), resolve(values.points)),
    points,
  };
  await Deno.mkdir(join(projectFolder(), "results/bench"), { recursive: true });
  await replaceText(file, JSON.stringify(record, null, 1) + "\n");
}

function print(): void {
  const show = ({ ratio, low, high }: Ratio) => `${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
  const rows = points.map(({ map, kernel: [side, , , outChannels], dilation, kind, algorithm, speed, direct }) => [
    `${map.join(" × ")} to ${outChannels}, ${side} × ${side}${dilation > 1 ? `, dilation ${dilation}` : ""}`,
    kind,
    algorithm,
    direct.toFixed(1),
    show(speed),
  ]);
  console.log(table(["convolution", "kind", "algorithm", "direct, ms", "times as fast"], rows));
  for (
    const [title, measured] of [
      [`with all rules, times as fast as "${DIRECT}"`, models],
      ["with batch normalisations in machine code, times as fast as before", norms],
      ["with gradients by kernels in machine code, times as fast as before", gradients],
      ["in mixed with gradients by tiles in float32, times as fast as before", mixedGradients],
      ["traced in bfloat16 by this project, times as fast as before", halves],
    ] as const
  ) console.log(table(["model", title], measured.map(({ name, speed }) => [name, show(speed)])));
  console.log(`${file}${values.write ? ", and in the table" : ""}`);
}
