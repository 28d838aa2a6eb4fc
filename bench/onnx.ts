/**
 * Compares ONNX files in onnxruntime with the project's own predictions: every architecture with every encoder and every
 * task, on images that need no padding and one that does. `onnx.checker` judges each file, if the Python has it.
 *
 *     python -m venv A && A/bin/pip install onnxruntime onnx
 *     npm install --prefix B --ignore-scripts onnxruntime-node@1.13.1
 *     deno run -A bench/onnx.ts A/bin/python B
 *
 * onnxruntime 1.13.1 is the one that deepImageJ and Icy carry; its package for Node downloads nothing when it is
 * installed. About half an hour on 2 cores. Files whose results are in
 * results/bench/onnx.json already are left out, so that it can be stopped; delete the file to start again.
 */
import { join, resolve } from "node:path";
import { registryNames, TrainedModel } from "lib";
import { encodeNpy } from "lib/bioimageio/encode_npy.ts";
import { toPlanes } from "lib/images/planes.ts";
import { exists } from "lib/io/exists.ts";
import { replaceText } from "lib/io/replace_file.ts";
import { ARCHITECTURES, ENCODERS, type ModelOptions } from "lib/nn";
import { onnxModel } from "lib/onnx";
import { projectFolder } from "lib/runs";
import { provenance } from "lib/runs/provenance.ts";
import { TASKS } from "lib/task";
import { predictEach } from "../tests/onnx/assert_equal_maps.ts";
import { variedModel, wavyImages } from "../tests/onnx/varied_model.ts";
import { Side } from "./side.ts";

/** Height and width of the images. */
const SIZES = [[96, 128], [256, 256], [75, 101]] as const;

/** The largest difference of a probability that counts as equal. */
const TOLERANCE = 1e-4;

interface Result {
  architecture: string;
  encoder: string;
  task: string;
  megabytes: number;
  runtimes: { checked: string | null; largestErrors: number[] }[];
}

const output = join(projectFolder(), "results/bench/onnx.json"), folder = await Deno.makeTempDir();
const results: Result[] = await exists(output) ? JSON.parse(await Deno.readTextFile(output)).results : [];
const [python, node] = Deno.args, bench = (name: string) => join(projectFolder(), "bench", name);
const sides = [
  new Side("onnxruntime", python, [bench("onnx_side.py")]),
  new Side("onnxruntime-node", "node", [bench("onnx_node_side.mjs"), resolve(node)]),
];

/** Writes `[height, width, depth]` as `[1, depth, height, width]`. */
async function write(name: string, values: Float32Array, [height, width]: readonly number[]): Promise<string> {
  const path = join(folder, name), depth = values.length / (height * width);
  await Deno.writeFile(path, encodeNpy(toPlanes(values, depth), [1, depth, height, width]));
  return path;
}

async function compare(options: ModelOptions): Promise<Pick<Result, "megabytes" | "runtimes">> {
  const model = variedModel(options), images = wavyImages(SIZES, model.inChannels);
  using segmenter = new TrainedModel(model, { normalization: "robust", threshold: 0.5 });
  const path = join(folder, "model.onnx"), content = onnxModel(segmenter);
  await Deno.writeFile(path, content);
  const maps = await predictEach(model, images), pairs: string[][] = [];
  for (const [i, { pixels }] of images.entries()) {
    pairs.push([await write(`images-${i}.npy`, pixels, SIZES[i]), await write(`maps-${i}.npy`, maps[i], SIZES[i])]);
  }
  const runtimes: Result["runtimes"] = [];
  for (const side of sides) runtimes.push(await side.ask({ model: path, images: pairs }));
  return { megabytes: Math.round(content.length / 1e5) / 10, runtimes };
}

try {
  const versions: unknown[] = [];
  for (const side of sides) versions.push(await side.hello());
  const names = registryNames(ARCHITECTURES), tasks = registryNames(TASKS);
  // Every architecture with every encoder comes first with one task.
  const jobs = tasks.flatMap((_, round) =>
    registryNames(ENCODERS).flatMap((encoder, e) =>
      names.map((architecture, a) => ({ architecture, encoder, task: tasks[(a + e + round) % tasks.length] }))
    )
  );
  for (const job of jobs) {
    const { architecture, encoder, task } = job;
    if (
      results.some((known) => known.architecture === architecture && known.encoder === encoder && known.task === task)
    ) {
      continue;
    }
    const classNames = task === "classes" ? { classNames: ["background", "round", "long", "thin"] } : {};
    const found = await compare({ ...job, ...classNames } as ModelOptions);
    results.push({ ...job, ...found });
    const worst = Math.max(
      ...results.flatMap(({ runtimes }) => runtimes.flatMap(({ largestErrors }) => largestErrors)),
    );
    const record = {
      provenance: provenance(),
      versions,
      sizes: SIZES,
      tolerance: TOLERANCE,
      largestError: worst,
      passed: worst < TOLERANCE,
      files: results.length,
      results,
    };
    await replaceText(output, `${JSON.stringify(record, null, 1)}\n`);
    console.log(
      `${results.length} of ${jobs.length}: ${architecture}, ${encoder}, ${task}`,
      JSON.stringify(found.runtimes),
    );
  }
  for (const side of sides) await side.end();
} finally {
  await Deno.remove(folder, { recursive: true });
}
