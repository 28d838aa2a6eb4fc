import type { Segmenter } from "../nn/inference/segmenter.ts";
import { TILE_GRID } from "../nn/inference/tiles.ts";
import type { WeightedNetwork } from "./list_networks.ts";

/** Options of `onnxModel`. */
export interface OnnxOptions {
  /** The parameters of the objects. Default: the segmenter's. */
  objectParameters?: Segmenter["objectParameters"];
  /** Whether the file takes grey images of one channel, which it repeats for a model of three. Default `false`. */
  greyImages?: boolean;
  /**
   * Bits of each weight of a convolution in the file. 16 halve the file: integers, with a scale for each output channel.
   * The reader makes them float32 when it opens the file, and computes in float32. Default 32.
   */
  weightBits?: 16 | 32;
}

/** Returns what tells the images of a network's training from noise, and from images unlike them. */
function describeTraining({ network: { use: { contrastFloor, trainingStatistics } } }: WeightedNetwork) {
  return { ...(contrastFloor && { contrastFloor }), ...(trainingStatistics && { trainingStatistics }) };
}

/** Returns a value as JSON if all networks have it; undefined if one lacks it, or has another. */
function sharedJson(values: readonly unknown[]): string | undefined {
  const [first, ...others] = values.map((value) => JSON.stringify(value));
  return others.every((other) => other === first) ? first : undefined;
}

/**
 * Describes a model for the readers of its ONNX file. Texts stay as they are, and other values are JSON. The networks of an
 * ensemble have one input. If their contrast floors differ, each entry of `networks` has its own, and the reader decides
 * which one the input follows.
 *
 * @returns the entries of `metadata_props`
 */
export function describeModel(
  segmenter: Segmenter,
  networks: readonly WeightedNetwork[],
  { objectParameters = segmenter.objectParameters, greyImages = false }: OnnxOptions = {},
): Record<string, string> {
  const { task, threshold, taskDefinition } = segmenter, { activation, channels } = taskDefinition;
  const [{ network: { model, use, percentiles } }] = networks;
  const training = networks.map(describeTraining);
  const each = networks.map(({ network: { model: { architecture, encoder } }, weight }, i) => {
    return { architecture, encoder, weight, ...training[i] };
  });
  const contrastFloor = sharedJson(training.map((known) => known.contrastFloor));
  const trainingStatistics = sharedJson(training.map((known) => known.trainingStatistics));
  const distinct = (names: readonly string[]) => [...new Set(names)].join(", ");
  return {
    task,
    architecture: distinct(each.map(({ architecture }) => architecture)),
    encoder: distinct(each.map(({ encoder }) => encoder)),
    normalization: use.normalization,
    activation,
    channels: JSON.stringify(channels),
    imageChannels: String(greyImages ? 1 : model.inChannels),
    // Sides that are no multiple of it are mirrored within the graph.
    pixelStride: String(TILE_GRID),
    ...(taskDefinition.hasThreshold && { threshold: String(threshold) }),
    ...(objectParameters && { objectParameters: JSON.stringify(objectParameters) }),
    ...(percentiles && { percentiles: JSON.stringify(percentiles) }),
    ...(contrastFloor !== undefined && { contrastFloor }),
    ...(trainingStatistics !== undefined && { trainingStatistics }),
    ...(networks.length > 1 && { networks: JSON.stringify(each) }),
  };
}
