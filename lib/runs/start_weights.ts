import { loadPretrained } from "../nn/weights/pretrained.ts";
import { knownMetadata, modelMetadata } from "../nn/weights/model_file.ts";
import type { SegmentationModel } from "../nn/segmentation_model.ts";
import { readWeights } from "../nn/weights/read_weights.ts";
import { loadWeights } from "../nn/weights/weight_files.ts";
import { parseWeightsSource } from "../nn/weights/weights_source.ts";
import { tf } from "../tensorflow/mod.ts";

/**
 * Loads the initial weights of a training into a fresh model.
 *
 * @param source `none`, `imagenet`, or a file
 * @param warn called with a message about the loaded weights
 */
export async function loadStartWeights(
  model: SegmentationModel,
  source: string,
  warn?: (message: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  if (source === "none") return;
  if (source === "imagenet") {
    warn?.(`Starting from ImageNet weights for ${model.encoder}`);
    await loadPretrained(model, { signal });
    return;
  }
  using file = await readWeights(source);
  const { part, names } = loadWeights(model, file.arrays), { path } = parseWeightsSource(source);
  warn?.(`Starting from ${path}: ${part === "model" ? "a whole model" : "an encoder"} with ${names}'s names`);
  const { inputStatistics = "none" } = modelMetadata(knownMetadata(file.metadata), path).model ?? model.options;
  if (inputStatistics === model.inputStatistics) return;
  warn?.(
    `${path} was trained with inputStatistics=${inputStatistics}, and this training has ${model.inputStatistics}: ` +
      `give -p inputStatistics=${inputStatistics} to keep it`,
  );
}

/** Sets the output bias of a fresh model to a given probability of foreground. */
export function setOutputPrior(model: SegmentationModel, probability: number): void {
  const bias = model.weights.get("segmentation_head.0.bias")!.variable!;
  const value = tf.fill(bias.shape, -Math.log((1 - probability) / probability));
  bias.assign(value);
  value.dispose();
}
