/**
 * Judges the packages of `deno task export --bioimageio` with bioimageio.core, without a network (`unshare --net`): every
 * architecture with every task. bioimageio.core tests each package (`bioimageio test`), and predicts more images, whose
 * probabilities are compared with those of the project.
 *
 *     python -m venv A && A/bin/pip install bioimageio.core==0.9.6 onnxruntime onnx pydantic==2.12.5
 *     python -m venv B && B/bin/pip install bioimageio.core==0.11.0 onnxruntime onnx pydantic==2.12.5
 *     deno run -A bench/bioimageio.ts A/bin/python B/bin/python [--real IMAGE]...
 *
 * About 10 minutes on 2 cores. Writes results/bench/bioimageio.json.
 */
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { generateDataset, readImage, registryNames, TrainedModel } from "lib";
import { bioimageioPackage } from "lib/bioimageio";
import { encodeNpy } from "lib/bioimageio/encode_npy.ts";
import { toPlanes } from "lib/images/planes.ts";
import type { Image } from "lib/images";
import { replaceText } from "lib/io/replace_file.ts";
import { ARCHITECTURES } from "lib/nn";
import { saveModel } from "lib/nn/weights/model_file.ts";
import { projectFolder } from "lib/runs";
import { provenance } from "lib/runs/provenance.ts";
import { TASKS } from "lib/task";
import { variedModel } from "../tests/onnx/varied_model.ts";
import { Side } from "./side.ts";

const { positionals: pythons, values: { real } } = parseArgs({
  allowPositionals: true,
  options: { real: { type: "string", multiple: true, default: [] } },
});
const folder = await Deno.makeTempDir();

/** Cuts a part out of an image, and gives it three channels and another depth. */
function part({ width, data }: Image, columns: number, rows: number, bits: 8 | 16): Image {
  const values = Array.from({ length: 3 * rows * columns }, (_, i) => {
    const pixel = Math.floor(i / 3), x = pixel % columns, y = Math.floor(pixel / columns);
    return data[y * width + x] * (bits === 16 ? 157 : 1) + (bits === 16 ? (17 * x + 31 * y) % 157 : 0);
  });
  return {
    width: columns,
    height: rows,
    channels: 3,
    bits,
    data: bits === 8 ? Uint8Array.from(values) : Uint16Array.from(values),
  };
}

/** Returns an image with three channels. */
function withThreeChannels(image: Image): Image {
  if (image.channels === 3) return image;
  const values = Array.from({ length: 3 * image.data.length }, (_, i) => image.data[Math.floor(i / 3)]);
  const data = image.bits === 16 ? Uint16Array.from(values) : Uint8Array.from(values);
  return { ...image, channels: 3, data };
}

async function writeArray(
  name: string,
  { width, height }: Image,
  values: ArrayLike<number>,
  depth: number,
): Promise<string> {
  const path = join(folder, name);
  await Deno.writeFile(path, encodeNpy(toPlanes(values, depth), [1, depth, height, width]));
  return path;
}

try {
  const { samples: [{ image: base }] } = await generateDataset({ count: 1, size: 320, seed: 5 });
  const images = [
    { name: "generated, 8 bits, 211 × 150", image: part(base, 211, 150, 8) },
    { name: "generated, 16 bits, 256 × 320", image: part(base, 256, 320, 16) },
    ...await Promise.all(real.map(async (path) => ({
      name: `real, ${basename(path)}`,
      image: withThreeChannels(await readImage(path)),
    }))),
  ];
  const inputs = await Promise.all(images.map(({ image }, i) => writeArray(`image-${i}.npy`, image, image.data, 3)));
  const sides = [], versions = [];
  for (const python of pythons) {
    const side = new Side("bioimageio.core", "unshare", [
      "--map-root-user",
      "--net",
      python,
      join(projectFolder(), "bench/bioimageio_side.py"),
    ]);
    versions.push(await side.hello());
    sides.push(side);
  }
  const results: object[] = [], names = registryNames(ARCHITECTURES), tasks = registryNames(TASKS);
  // Every architecture comes first with one task.
  const jobs = tasks.flatMap((_, round) => names.map((name, i) => [name, tasks[(i + round) % tasks.length]] as const));
  for (const [architecture, task] of jobs) {
    const model = variedModel({
      architecture,
      encoder: "mobilenet_v2",
      task,
      ...(task === "classes" && { classNames: ["background", "round", "long cells"] }),
    });
    const use = { normalization: "robust", threshold: 0.5 } as const, file = join(folder, "model.safetensors");
    await saveModel(file, model, use);
    using segmenter = new TrainedModel(model, use);
    const path = join(folder, `${architecture}-${task}.zip`);
    const content = await bioimageioPackage(segmenter, {
      name: `${architecture} ${task}`,
      authors: ["A. Author"],
      license: "CC0-1.0",
      modelFile: await Deno.readFile(file),
    });
    await Deno.writeFile(path, content);
    const pairs: [string, string][] = [];
    for (const [i, { image }] of images.entries()) {
      const probabilities = await segmenter.predict(image);
      pairs.push([inputs[i], await writeArray(`maps-${i}.npy`, image, probabilities, model.classes)]);
    }
    const judged: unknown[] = [];
    for (const side of sides) {
      judged.push(await side.ask({ package: path, images: pairs, threshold: use.threshold }));
    }
    results.push({ architecture, task, megabytes: Math.round(content.length / 1e5) / 10, judged });
    console.log(architecture, task, JSON.stringify(judged));
    await Deno.remove(path);
    const record = {
      provenance: provenance(),
      network: "cut (unshare --net)",
      versions,
      images: images.map(({ name }) => name),
      results,
    };
    await replaceText(join(projectFolder(), "results/bench/bioimageio.json"), `${JSON.stringify(record, null, 1)}\n`);
  }
  for (const side of sides) await side.end();
} finally {
  await Deno.remove(folder, { recursive: true });
}
