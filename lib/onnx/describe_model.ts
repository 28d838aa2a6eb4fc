import type { Segmenter } from "../nn/inference/segmenter.ts";
import { TILE_GRID } from "../nn/inference/tiles.ts";
import type { WeightedNetwork } from "./list_networks.ts";

/** Names of the file's input and output. */
export const INPUT = "images", OUTPUT = "probabilities";

/**
 * Describes a model for the readers of its ONNX file. Texts stay as they are, and other values are JSON.
 *
 * @returns the entries of `metadata_props`
 */
export function describeModel(segmenter: Segmenter, networks: readonly WeightedNetwork[]): Record<string, string> {
  const { task, threshold, taskDefinition, objectParameters } = segmenter, { activation, channels } = taskDefinition;
  const [{ network: { model, use } }] = networks;
  const each = networks.map(({ network: { model: { architecture, encoder } }, weight }) => {
    return { architecture, encoder, weight };
  });
  const distinct = (names: readonly string[]) => [...new Set(names)].join(", ");
  return {
    task,
    architecture: distinct(each.map(({ architecture }) => architecture)),
    encoder: distinct(each.map(({ encoder }) => encoder)),
    normalization: use.normalization,
    activation,
    channels: JSON.stringify(channels),
    imageChannels: String(model.inChannels),
    // Sides that are no multiple of it are mirrored within the graph.
    pixelStride: String(TILE_GRID),
    ...(taskDefinition.hasThreshold && { threshold: String(threshold) }),
    ...(objectParameters && { objectParameters: JSON.stringify(objectParameters) }),
    ...(networks.length > 1 ? { networks: JSON.stringify(each) } : {
      ...(use.contrastFloor && { contrastFloor: JSON.stringify(use.contrastFloor) }),
      ...(use.trainingStatistics && { trainingStatistics: JSON.stringify(use.trainingStatistics) }),
    }),
  };
}
