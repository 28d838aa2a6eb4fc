import { exists } from "../io/exists.ts";
import type { InputStatistics } from "../nn/input_statistics.ts";
import { knownMetadata, modelMetadata } from "../nn/weights/model_file.ts";
import type { TensorFile } from "../nn/weights/safetensors.ts";
import { readWeights } from "../nn/weights/read_weights.ts";
import { parseWeightsSource } from "../nn/weights/weights_source.ts";
import { STATISTICS_BY_WEIGHTS } from "../train/config.ts";

/**
 * Returns the input statistics of the model in a file, or `undefined` if the file describes no model of this project.
 *
 * @param path of the file, for errors
 */
export function fileStatistics(file: TensorFile, path: string): InputStatistics | undefined {
  const { model } = modelMetadata(knownMetadata(file.metadata), path);
  return model && (model.inputStatistics ?? "none");
}

/**
 * Adds the input statistics of the model from whose file a training starts, if its options leave them out.
 *
 * @param options as the user gave them
 * @throws {SafetensorsError} or {PyTorchFileError} if the file is damaged.
 */
export async function withFileStatistics<Options extends { encoderWeights?: unknown; inputStatistics?: unknown }>(
  options: Options,
): Promise<Options> {
  const { encoderWeights: source, inputStatistics = STATISTICS_BY_WEIGHTS } = options;
  if (inputStatistics !== STATISTICS_BY_WEIGHTS) return options;
  if (typeof source !== "string" || ["none", "imagenet"].includes(source)) return options;
  const { path } = parseWeightsSource(source);
  // The training itself says that the file is missing.
  if (!await exists(path)) return options;
  using file = await readWeights(source);
  const found = fileStatistics(file, path);
  return found === undefined ? options : { ...options, inputStatistics: found };
}
