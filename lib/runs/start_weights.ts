import { OptionError } from "../io/option_error.ts";
import { loadPretrained } from "../nn/weights/pretrained.ts";
import type { SegmentationModel } from "../nn/segmentation_model.ts";
import { readWeights } from "../nn/weights/read_weights.ts";
import { loadWeights } from "../nn/weights/weight_files.ts";
import { parseWeightsSource } from "../nn/weights/weights_source.ts";
import { tf } from "../tensorflow/mod.ts";
import { fileStatistics } from "./file_statistics.ts";

/**
 * Loads the initial weights of a training into a fresh model.
 *
 * @param source `none`, `imagenet`, or a file
 * @param warn called with a message about the loaded weights
 * @throws {OptionError} if the file has a model with other input statistics.
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
  const statistics = fileStatistics(file, path);
  if (statistics === undefined || statistics === model.inputStatistics) return;
  throw new OptionError(
    `inputStatistics is "${model.inputStatistics}", but ${path} was trained with "${statistics}": ` +
      `give -p inputStatistics=${statistics}`,
  );
}

/** Sets the output bias of a fresh model to a given probability of foreground. */
export function setOutputPrior(model: SegmentationModel, probability: number): void {
  const bias = model.weights.get("segmentation_head.0.bias")!.variable!;
  const value = tf.fill(bias.shape, -Math.log((1 - probability) / probability));
  bias.assign(value);
  value.dispose();
}
