/**
 * Compares `deno task predict` of one image of 512² pixels, process start included, with the same in Python: SMP's model in
 * PyTorch, and the same model in onnxruntime. The processes run in turn.
 *
 *     deno run -A bench/start_up.ts [--rounds 15]
 *
 * About 5 minutes on 2 cores. The path of a Python with PyTorch, SMP, onnxruntime and onnxscript is in BENCH_PYTHON. Writes
 * results/bench/start-up.json (start-up-avx512-amd.json and others for other kinds of processors).
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { encode } from "fast-png";
import { generateDataset, readImage, runtimeInfo, train } from "lib";
import { stateDict, writeSafetensors } from "lib/nn";
import type { NamedArray } from "lib/nn/weights/safetensors.ts";
import { projectFolder } from "lib/runs";
import { replaceText } from "lib/io/replace_file.ts";
import { median } from "lib/math/mean.ts";
import { provenance } from "lib/runs/provenance.ts";
import { processorKind } from "./processor_kind.ts";
import { pytorchPython } from "./pytorch.ts";
import { pairedRatio, type Ratio } from "./statistics.ts";

const SIDE = 512;
const ENGINES = ["pytorch", "onnxruntime"] as const;

const { values } = parseArgs({ options: { rounds: { type: "string", default: "15" } } });
const rounds = Number(values.rounds), python = await pytorchPython();

/** Returns the processor time of all processes that this one has waited for, in seconds (Linux). */
function childrenTime(): number {
  // proc(5): cutime and cstime are fields 16 and 17, in hundredths of a second. The name in field 2 may hold spaces.
  const fields = Deno.readTextFileSync("/proc/self/stat").split(") ").at(-1)!.split(" ");
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** Runs a command. @returns its seconds from start to end, and its processor time */
async function run(command: string, args: readonly string[]): Promise<{ wall: number; processor: number }> {
  const before = childrenTime(), start = performance.now();
  const { success, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd: projectFolder(),
    stdout: "null",
    stderr: "piped",
  }).output();
  const wall = (performance.now() - start) / 1000;
  if (!success) throw new Error(`${command} ${args.join(" ")} failed: ${new TextDecoder().decode(stderr)}`);
  return { wall, processor: childrenTime() - before };
}

/** Trains a model for a few steps, so that its masks are those of nuclei, and writes the files of all sides. */
async function prepare(folder: string, image: string): Promise<string> {
  const dataset = await generateDataset({ count: 24, size: 128, seed: 1, modality: "fluorescence" });
  const options = { cropSize: 128, epochs: 4, selection: "last", normalization: "depth" } as const;
  using model = await train(options, dataset, { results: folder });
  const { samples: [{ image: { data } }] } = await generateDataset({
    count: 1,
    size: SIDE,
    seed: 2,
    modality: "fluorescence",
  });
  const shades = Uint8Array.from(data);
  await Deno.writeFile(image, encode({ width: SIDE, height: SIDE, channels: 1, depth: 8, data: shades }));
  await writeSafetensors(join(folder, "weights.safetensors"), stateDict(model.model));
  const images = { shape: [1, SIDE, SIDE, 3], dtype: "F32" as const, data: new Float32Array(SIDE * SIDE * 3) };
  const masks = { shape: [1, SIDE, SIDE, 1], dtype: "U8" as const, data: new Uint8Array(SIDE * SIDE) };
  await writeSafetensors(
    join(folder, "batch.safetensors"),
    new Map<string, NamedArray>([["images", images], ["masks", masks]]),
  );
  const { architecture, encoder } = model.model.options;
  await Deno.writeTextFile(
    join(folder, "settings.json"),
    JSON.stringify({ architecture, encoder, threads: runtimeInfo().threads, device: "cpu" }),
  );
  await run(python, [join(projectFolder(), "bench/export_onnx.py"), folder]);
  return join(model.folder, "model.safetensors");
}

/** Returns the share of the pixels in which two masks differ. */
async function difference(path: string, other: string): Promise<number> {
  const [a, b] = await Promise.all([path, other].map(async (each) => (await readImage(each)).data));
  let count = 0;
  for (let i = 0; i < a.length; i++) if (a[i] > 0 !== b[i] > 0) count++;
  return count / a.length;
}

const folder = await Deno.makeTempDir();
try {
  const image = join(folder, "image.png"), out = join(folder, "out"), model = await prepare(folder, image);
  const mask = (engine: string) => join(folder, `${engine}.png`);
  const sides = {
    ours: async () => {
      // A mask that is kept is not predicted again.
      await Deno.remove(out, { recursive: true }).catch(() => {});
      return await run(Deno.execPath(), ["task", "predict", model, image, "--threshold", "0.5", "--output", out]);
    },
    ...Object.fromEntries(ENGINES.map((engine) => {
      const side = join(projectFolder(), "bench/start_up_side.py");
      return [engine, () => run(python, [side, folder, engine, image, mask(engine)])];
    })),
  } as Record<"ours" | typeof ENGINES[number], () => ReturnType<typeof run>>;
  const names = ["ours", ...ENGINES] as const;
  const seconds = Object.fromEntries(names.map((name) => [name, { wall: [], processor: [] }])) as unknown as Record<
    typeof names[number],
    Record<"wall" | "processor", number[]>
  >;
  // The first round reads the files of each side from the disk.
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      const { wall, processor } = await sides[name]();
      if (round < 0) continue;
      seconds[name].wall.push(wall);
      seconds[name].processor.push(processor);
    }
  }
  const differing = Object.fromEntries(
    await Promise.all(
      ENGINES.map(async (engine) => [engine, await difference(join(out, "image_mask.png"), mask(engine))] as const),
    ),
  );
  const compared = (clock: "wall" | "processor") =>
    Object.fromEntries(
      ENGINES.map((engine) => [engine, pairedRatio(seconds.ours[clock], seconds[engine][clock])]),
    ) as Record<typeof ENGINES[number], Ratio>;
  const speed = { wall: compared("wall"), processor: compared("processor") };
  for (const engine of ENGINES) {
    const show = ({ ratio, low, high }: Ratio) => `${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
    console.log(
      `${engine}: ${show(speed.wall[engine])} times as fast, in processor time ${show(speed.processor[engine])}; ` +
        `${median(seconds.ours.wall).toFixed(2)} and ${median(seconds[engine].wall).toFixed(2)} s, ` +
        `${(100 * differing[engine]).toFixed(3)} % of the pixels differ`,
    );
  }
  const record = {
    what: `predict of one ${SIDE}² image from process start, compared with Python: seconds of each process, in turn`,
    provenance: provenance(),
    command: "deno task predict",
    rounds,
    speed,
    differing,
    seconds,
  };
  await replaceText(
    join(projectFolder(), `results/bench/start-up${processorKind(runtimeInfo())}.json`),
    JSON.stringify(record, null, 1) + "\n",
  );
} finally {
  await Deno.remove(folder, { recursive: true });
}
