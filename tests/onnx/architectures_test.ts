// @tags slow
import { registryNames } from "lib";
import { ARCHITECTURES, type ModelOptions, TrainedModel } from "lib/nn";
import { onnxModel } from "lib/onnx";
import { TASKS } from "lib/task";
import { assertEqualMaps, predictEach } from "./assert_equal_maps.ts";
import { runOnnx } from "./run_onnx.ts";
import { variedModel, wavyImages } from "./varied_model.ts";

/** A size that needs no padding, one that does, and one so small that it is mirrored several times. */
const SIZES = [[64, 96], [75, 41], [1, 7]] as const;

/** Options with which architectures have other ops. */
const OTHER: readonly ModelOptions[] = [
  { architecture: "unet", decoderInterpolation: "bilinear", decoderAttention: "scse" },
  { architecture: "unet", encoderDepth: 3, decoderChannels: [64, 32, 16], decoderAttention: "scse" },
  { architecture: "fpn", mergePolicy: "cat", decoderInterpolation: "bilinear", encoderDepth: 4 },
  { architecture: "deeplabv3", encoderOutputStride: 16, asppSeparable: true, decoderChannels: 32 },
  { architecture: "deeplabv3plus", encoderOutputStride: 8, asppSeparable: false, decoderChannels: 32 },
  { architecture: "pspnet", encoderDepth: 5 },
];

async function assertExported(options: ModelOptions): Promise<void> {
  const model = variedModel({ encoder: "mobilenet_v2", ...options });
  using segmenter = new TrainedModel(model, { normalization: "robust", threshold: 0.5 });
  const images = wavyImages(SIZES, model.inChannels);
  assertEqualMaps(
    await runOnnx(onnxModel(segmenter), images),
    await predictEach(model, images),
    JSON.stringify(options),
  );
}

for (const [i, architecture] of registryNames(ARCHITECTURES).entries()) {
  const task = registryNames(TASKS)[i % registryNames(TASKS).length];
  Deno.test(`onnxruntime computes the probabilities of ${architecture} with the task ${task}`, async () => {
    await assertExported({ architecture, task, classNames: ["background", "round", "long", "thin"] });
  });
}

for (const options of OTHER) {
  Deno.test(`onnxruntime computes the probabilities of ${JSON.stringify(options)}`, () => assertExported(options));
}

Deno.test("onnxruntime computes the probabilities of each image of a batch", async () => {
  const model = variedModel({ architecture: "pspnet", encoder: "mobilenet_v2" });
  using segmenter = new TrainedModel(model, { normalization: "robust", threshold: 0.5 });
  const [first] = wavyImages([[45, 70]]), second = { ...first, pixels: first.pixels.map((value) => 1 - value ** 2) };
  const found = await runOnnx(onnxModel(segmenter), [first, second], { together: true });
  assertEqualMaps(found, await predictEach(model, [first, second]), "batch of 2");
});
