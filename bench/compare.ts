/**
 * Compares training steps and inference with PyTorch and segmentation_models.pytorch, with the same weights and the
 * same batch, in alternation: PyTorch in both memory layouts, torch.compile, and for inference onnxruntime and OpenVINO.
 * It first checks that all compute the same.
 *
 *     deno task bench [--only TEXT] [--rounds 15] [--scaling] [--device gpu] [--engines NAMES] [--memory] [--draw]
 *
 * `--only` selects the comparison of this name, or those whose name contains the text. After each comparison it writes
 * results/bench/compare.json (compare-avx512.json, compare-avx512-amd.json, compare-amx.json, compare-gpu.json) and a chart next
 * to it. Comparisons that did not run keep their earlier results. `--memory` only measures this project's memory again, and keeps the times and PyTorch's memory.
 * `--engines` names the engines besides PyTorch that take part, such as `torchCompile,openvino`, or `none`. On a GPU no memory is
 * measured. `--draw` only draws the charts again.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runtimeInfo } from "lib";
import { table } from "lib/display";
import { projectFolder } from "lib/runs";
import { replaceText } from "lib/io/replace_file.ts";
import { provenance } from "lib/runs/provenance.ts";
import { adviceHere } from "../tasks/algorithm_advice.ts";
import { ENGINE_LABELS } from "./compare/engines.ts";
import { ratioChart, scalingChart } from "./compare/charts.ts";
import { measure, measureOursAgain } from "./compare/measure.ts";
import type { Result } from "./compare/result.ts";
import { scalarAdd } from "./compare/scalar_add.ts";
import { listWorks } from "./compare/works.ts";
import { processorKind } from "./processor_kind.ts";
import { pytorchPython } from "./pytorch.ts";
import type { Ratio } from "./statistics.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    rounds: { type: "string", default: "15" },
    scaling: { type: "boolean", default: false },
    device: { type: "string", default: "cpu" },
    engines: { type: "string" },
    memory: { type: "boolean", default: false },
    draw: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const gpu = values.device === "gpu";
const python = values.draw ? "" : await pytorchPython();
const engines = { python, gpu, names: values.engines?.split(",") };
const info = runtimeInfo();
if (gpu && !values.draw && info.device !== "GPU") {
  throw new Error(info.warning || 'There is no GPU build of TensorFlow: run "deno task setup --gpu" first');
}
const advice = values.draw ? "" : adviceHere(info);
if (advice) console.error(`${advice}\n`);
const out = join(projectFolder(), "results/bench");
const kind = gpu ? "-gpu" : processorKind(info);
const file = join(out, `${values.scaling ? "scaling" : "compare"}${kind}`);

async function readResults(): Promise<Result[]> {
  try {
    return JSON.parse(await Deno.readTextFile(`${file}.json`)).results;
  } catch {
    return [];
  }
}

async function write(results: Result[]): Promise<void> {
  const record = {
    provenance: { ...provenance(), bfloat16: info.bfloat16 },
    what: "Seconds of each round per side, sides in turn; speed is the median of the rounds' ratios to PyTorch's " +
      "better layout with a 95 % bootstrap interval, rivals the same to each other engine; memory is the peak of a " +
      "fresh process",
    scalarAddMicroseconds: scalarAdd(),
    results,
  };
  await Deno.mkdir(out, { recursive: true });
  await replaceText(`${file}.json`, JSON.stringify(record, null, 1) + "\n");
  await draw(results);
}

async function draw(results: Result[]): Promise<void> {
  if (!values.scaling) return await ratioChart(results).save(`${file}.svg`);
  for (const over of ["batch", "side"] as const) await scalingChart(results, over).save(`${file}-${over}.svg`);
}

const all = listWorks({ scaling: values.scaling, gpu });
// "UNet, training, mixed" is the start of another name.
const named = all.filter(({ name }) => name === values.only);
const chosen = named.length ? named : all.filter(({ name }) => name.toLowerCase().includes(values.only.toLowerCase()));
if (chosen.length === 0) {
  throw new Error(
    `No comparison's name contains "${values.only}": there are ${all.map(({ name }) => name).join("; ")}`,
  );
}
let results = await readResults();
if (values.draw) {
  await draw(results);
  Deno.exit();
}
for (const work of chosen) {
  const before = results.find(({ name }) => name === work.name);
  if (values.memory && before?.memory === undefined) continue; // no earlier result to update
  const result = values.memory
    ? await measureOursAgain(before!, engines)
    : await measure(work, { ...engines, rounds, memory: !values.scaling && !gpu });
  results = all.flatMap(({ name }) => name === work.name ? [result] : results.filter((known) => known.name === name));
  await write(results);
  const { ratio, low, high } = result.speed;
  console.error(
    `${work.name}: ${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})${
      result.fastest ? `, ${result.rivals![result.fastest].ratio.toFixed(2)} of ${ENGINE_LABELS[result.fastest]}` : ""
    }${result.memory ? `, memory ${result.memory.toFixed(2)}` : ""}${
      result.plan ? `, planned ${(result.plan.planned / result.plan.measured).toFixed(2)} of it` : ""
    }`,
  );
}
const showInterval = ({ low, high }: Ratio) => `${low.toFixed(2)} to ${high.toFixed(2)}`;
const rows = results.filter(({ name }) => chosen.some((work) => work.name === name));
console.log(
  `\n${
    table(
      ["", "times PyTorch", "95 % interval", "wanted", "fastest other", "times as fast", "memory", "first step"],
      rows.map(({ name, speed, bar, fastest, rivals, memory, firstStepSeconds }) => [
        name,
        speed.ratio.toFixed(2),
        showInterval(speed),
        bar === undefined ? "" : `≥ ${bar}`,
        fastest ? ENGINE_LABELS[fastest] : "",
        fastest ? `${rivals![fastest].ratio.toFixed(2)} (${showInterval(rivals![fastest])})` : "",
        memory === undefined ? "" : `${memory.toFixed(2)} ×`,
        `${firstStepSeconds.toFixed(1)} s`,
      ]),
    )
  }\n\n${file}.json`,
);
