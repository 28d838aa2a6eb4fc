import { replaceFile, writeAll } from "../../io/replace_file.ts";
import type { SegmentationModel } from "../segmentation_model.ts";
import { encodePyTorch } from "./encode_pytorch.ts";
import { stateDict } from "./state_dict.ts";
import { refuseToSave } from "./usable_weights.ts";

/**
 * Writes a model's weights as a state dict of PyTorch, which SMP loads with `load_state_dict(strict=True)`. The file
 * holds weights only: `saveModel` also keeps the normalisation, the threshold and the model's options.
 *
 * @throws {WeightsError} if a weight is NaN or infinite, a variance negative, or the file larger than 4 GB.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createModel } from "lib";
 * import { readWeights, savePyTorch } from "lib/nn";
 *
 * const path = await Deno.makeTempFile({ suffix: ".pth" });
 * const model = createModel({ architecture: "pspnet", encoder: "mobilenet_v2" });
 * await savePyTorch(path, model); // torch.load(path, weights_only=True)
 * using file = await readWeights(path);
 * assert.ok(file.arrays.has("segmentation_head.0.weight"));
 * model.dispose();
 * await Deno.remove(path);
 * ```
 */
export async function savePyTorch(path: string, model: SegmentationModel): Promise<void> {
  const arrays = stateDict(model);
  refuseToSave(arrays, path);
  const content = encodePyTorch(arrays);
  await replaceFile(path, (file) => writeAll(file, content));
}
