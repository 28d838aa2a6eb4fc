/**
 * Judges `.pth` files with PyTorch and SMP: every architecture with every encoder, with one output and with three. PyTorch
 * loads each file with `weights_only=True`, SMP's model takes every tensor (`strict`), and its probabilities are compared
 * with those of the project.
 *
 *     python -m venv A && A/bin/pip install torch==2.13.0 segmentation_models_pytorch==0.6.0
 *     deno run -A bench/pytorch_files.ts A/bin/python
 *
 * A few minutes on 2 cores. Writes results/bench/pytorch-files.json.
 */
import { join } from "node:path";
import { registryNames } from "lib";
import { encodeNpy } from "lib/bioimageio/encode_npy.ts";
import { toPlanes } from "lib/images/planes.ts";
import { replaceText } from "lib/io/replace_file.ts";
import { ARCHITECTURES, ENCODERS, savePyTorch } from "lib/nn";
import { projectFolder } from "lib/runs";
import { provenance } from "lib/runs/provenance.ts";
import { predictEach } from "../tests/onnx/assert_equal_maps.ts";
import { variedModel, wavyImages } from "../tests/onnx/varied_model.ts";
import { Side } from "./side.ts";

const [HEIGHT, WIDTH] = [64, 96];
/** Channels of the images, and outputs of the model. */
const HEADS = [
  { channels: 3, classes: 1, task: {} },
  { channels: 1, classes: 3, task: { task: "classes", classNames: ["background", "round", "long"] } },
] as const;

const [python] = Deno.args, folder = await Deno.makeTempDir();
const side = new Side("PyTorch", python, [join(import.meta.dirname!, "pytorch_files_side.py")]);
const versions = await side.hello(), results = [];
try {
  for (const architecture of registryNames(ARCHITECTURES)) {
    for (const encoder of registryNames(ENCODERS)) {
      for (const { channels, classes, task } of HEADS) {
        const model = variedModel({ architecture, encoder, inChannels: channels, ...task });
        const [image] = wavyImages([[HEIGHT, WIDTH]], channels), path = (name: string) => join(folder, name);
        await savePyTorch(path("weights.pth"), model);
        const write = async (name: string, values: Float32Array, depth: number) => {
          await Deno.writeFile(path(name), encodeNpy(toPlanes(values, depth), [1, depth, HEIGHT, WIDTH]));
          return path(name);
        };
        const [expected] = await predictEach(model, [image]);
        const result = await side.ask<{ tensors: number; spread: number; largestError: number }>({
          architecture,
          encoder,
          channels,
          classes,
          weights: path("weights.pth"),
          images: await write("images.npy", image.pixels, channels),
          expected: await write("expected.npy", expected, classes),
        });
        model.dispose();
        results.push({ architecture, encoder, channels, classes, ...result });
        console.error(
          `${architecture} ${encoder} ${classes}: ${result.tensors} tensors, ${result.largestError.toExponential(1)}`,
        );
      }
    }
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
const record = {
  provenance: provenance(),
  what:
    "Files of savePyTorch(), loaded by torch.load(weights_only=True) into SMP's models (strict): largest difference of " +
    `a probability on an image of ${HEIGHT} × ${WIDTH}, and the range of the probabilities`,
  versions,
  files: results.length,
  largestError: Math.max(...results.map(({ largestError }) => largestError)),
  results,
};
await replaceText(join(projectFolder(), "results/bench/pytorch-files.json"), JSON.stringify(record, null, 1) + "\n");
console.error(`${record.files} files, largest difference ${record.largestError}`);
