import { join } from "node:path";
import { createModel, generateDataset, runtimeInfo } from "lib";
import { BatchSource } from "lib/batches";
import { stateDict, writeSafetensors } from "lib/nn";
import { projectFolder } from "lib/runs";
import { runCommand } from "../../tasks/setup/command.ts";
import { Side } from "../side.ts";
import type { Work } from "./works.ts";

/** The interpreter with PyTorch, and whether the comparison runs on a GPU. */
export interface EngineOptions {
  python: string;
  gpu: boolean;
  /** The names of the engines that take part. Default: all. `compiled`, `contiguous` and `channelsLast` always do. */
  names?: readonly string[];
}

/** Functions that start the process of each engine, by the engine's name. `compiled` is this project. */
export type Starts = Record<string, () => Side>;

/** Writes the weights and the batch that both sides read. */
async function prepare(folder: string, { architecture, encoder, batch, side }: Work, gpu: boolean): Promise<void> {
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
    JSON.stringify({ architecture, encoder, threads: runtimeInfo().threads, device: gpu ? "cuda" : "cpu" }),
  );
}

/** The names of this project's other ways to run a step: eager ops, and on a GPU TensorFlow's ops without XLA. */
export const OTHER_WAYS = ["eager", "ops"] as const;

/** The names of the engines as people know them. */
export const ENGINE_LABELS: Record<string, string> = {
  compiled: "here",
  contiguous: "PyTorch",
  channelsLast: "PyTorch, channels last",
  torchCompile: "torch.compile",
  onnxruntime: "onnxruntime",
  openvino: "OpenVINO",
};

/** Returns the functions that start each side of a comparison with the files that `prepare` wrote into `folder`. */
function startEngines(work: Work, folder: string, { python, gpu }: EngineOptions): Starts {
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
  const runtime = (name: string) => () =>
    new Side(ENGINE_LABELS[name], python, [
      join(projectFolder(), "bench/compare_runtime_side.py"),
      folder,
      name,
      precision,
    ]);
  return {
    compiled: ours("compiled"),
    contiguous: theirs("contiguous"),
    channelsLast: theirs("channels_last"),
    torchCompile: theirs("torch_compile"),
    ...(hasRuntimes(work, gpu) && { onnxruntime: runtime("onnxruntime"), openvino: runtime("openvino") }),
    // On a GPU, XLA compiles the step that is compared.
    ...(gpu && kind === "training" && { ops: ours("ops") }),
    // One comparison is enough to measure the effect of compiling.
    ...(work.name === "UNet, training, float32" && { eager: ours("eager") }),
  };
}

/** Whether runtimes for inference on a CPU can take part. */
function hasRuntimes({ kind }: Work, gpu: boolean): boolean {
  return kind === "inference" && !gpu;
}

/** Writes the weights and the batch into a temporary folder, and runs `body` with the engines that read them. */
export async function withEngines<T>(
  work: Work,
  options: EngineOptions,
  body: (starts: Starts) => Promise<T>,
): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    await prepare(folder, work, options.gpu);
    if (hasRuntimes(work, options.gpu)) {
      await runCommand(options.python, [join(projectFolder(), "bench/export_onnx.py"), folder]);
    }
    const all = startEngines(work, folder, options), names = options.names ?? Object.keys(all);
    const chosen = ["compiled", "contiguous", "channelsLast", ...names];
    return await body(Object.fromEntries(Object.entries(all).filter(([name]) => chosen.includes(name))));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
