// @tags slow
import { registryNames } from "lib";
import { ENCODERS, TrainedModel } from "lib/nn";
import { onnxModel } from "lib/onnx";
import { assertEqualMaps, predictEach } from "./assert_equal_maps.ts";
import { runOnnx } from "./run_onnx.ts";
import { variedModel, wavyImages } from "./varied_model.ts";

for (const encoder of registryNames(ENCODERS)) {
  Deno.test(`onnxruntime computes the probabilities of a UNet with ${encoder}`, async () => {
    const model = variedModel({ architecture: "unet", encoder, decoderChannels: [32, 16, 8, 8, 8], inChannels: 1 });
    using segmenter = new TrainedModel(model, { normalization: "robust", threshold: 0.5 });
    const images = wavyImages([[64, 32], [45, 70]], 1);
    assertEqualMaps(await runOnnx(onnxModel(segmenter), images), await predictEach(model, images), encoder);
  });
}
