import { TILE_GRID } from "../nn/inference/tiles.ts";
import type { Segmenter } from "../nn/inference/segmenter.ts";
import { addNetwork } from "./add_network.ts";
import { describeModel, type OnnxOptions } from "./describe_model.ts";
import { encodeModel } from "./encode_model.ts";
import { GraphBuilder } from "./graph_builder.ts";
import { listNetworks } from "./list_networks.ts";
import { cropToImages, padToGrid } from "./pad_to_grid.ts";
import { INPUT, OUTPUT } from "./value_names.ts";

/** The package of `deno.json`, which is in no layer of `lib`. A test compares both. */
const PRODUCER = { name: "@bioimage/segmentation-study", version: "0.1.0" } as const;

/**
 * Writes a trained model, or an ensemble that averages its members, as an ONNX model.
 *
 * Its input `images` is float32 `[batch, channels, height, width]`, normalised as in training, of any size. Its output
 * `probabilities` is float32 `[batch, classes, height, width]`: those of `segmenter.predict` for an image that is not cut
 * into tiles. The normalisation and the threshold are in the file's metadata. The members of an ensemble share the
 * input, which can follow one contrast floor only: if theirs differ, an image that contains only noise gets other
 * probabilities than from `segmenter.predict`.
 *
 * @returns the content of the file
 * @throws {OnnxError} if an ensemble does not average its members, if they take different images, if it averages over
 * symmetries, or if the weights take more than 2 GB.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createModel, TrainedModel } from "lib";
 * import { onnxModel } from "lib/onnx";
 *
 * const model = createModel({ architecture: "pspnet", encoder: "mobilenet_v2" });
 * using segmenter = new TrainedModel(model, { normalization: "robust", threshold: 0.5 });
 * const content = onnxModel(segmenter); // await Deno.writeFile("model.onnx", content)
 * assert.ok(content.length > 100_000);
 * ```
 */
export function onnxModel(segmenter: Segmenter, options: OnnxOptions = {}): Uint8Array {
  const networks = listNetworks(segmenter), graph = new GraphBuilder(options);
  graph.name(INPUT);
  const [{ network: { model: { inChannels, classes } } }] = networks;
  const channels = options.greyImages ? 1 : inChannels, padded = padToGrid(graph, INPUT, TILE_GRID);
  const images = channels === inChannels
    ? padded
    : graph.add("Concat", new Array<string>(inChannels).fill(padded), { axis: 1 });
  const maps = networks.map(({ network: { model }, weight }) => {
    const probabilities = addNetwork(graph, model, images);
    if (networks.length === 1) return probabilities;
    return graph.add("Mul", [probabilities, graph.floats(Float32Array.of(weight), [], "share")]);
  });
  cropToImages(graph, maps.length === 1 ? maps[0] : graph.add("Sum", maps), INPUT, OUTPUT);
  const metadata = describeModel(segmenter, networks, options);
  return encodeModel(graph, {
    input: [INPUT, ["batch", channels, "height", "width"]],
    output: [OUTPUT, ["batch", classes, "height", "width"]],
    metadata,
    producer: PRODUCER,
    about: `${metadata.architecture} with ${metadata.encoder}. Normalise the images first: see the metadata.`,
  });
}
