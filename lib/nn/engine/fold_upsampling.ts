import type { RecordedConstant } from "../../tensorflow/mod.ts";
import { foldingRows, isFoldedSize } from "../ops/upsample_conv2d.ts";
import { type ConvolutionLayer, type EngineLayer, type EngineNetwork, layerInputs } from "./engine_layers.ts";
import type { MapShape } from "./map_shapes.ts";

/** Returns ids of maps and constants that a recording lacks, for a layer. Other ids are 0 and more, or −1. */
function newIds({ output }: EngineLayer): { kernel: number; phases: number; sum: number } {
  return { kernel: -(3 * output + 2), phases: -(3 * output + 3), sum: -(3 * output + 4) };
}

/**
 * Returns the kernel of the four 2 × 2 convolutions that compute the phases of a 3 × 3 convolution of a doubled map, as
 * one convolution: `[2, 2, channels, 4 · out]` of the first `channels` channels of `[3, 3, in, out]`.
 */
export function phaseKernel({ shape, values }: RecordedConstant, channels: number): RecordedConstant {
  const [, , input, output] = shape, folded = new Float32Array(16 * channels * output);
  foldingRows().forEach((taps, i) => {
    const smallTap = i >> 2, phase = i & 3;
    taps.forEach((isUsed, tap) => {
      if (!isUsed) return;
      for (let c = 0; c < channels; c++) {
        const from = (tap * input + c) * output, to = ((smallTap * channels + c) * 4 + phase) * output;
        for (let o = 0; o < output; o++) folded[to + o] += values[from + o];
      }
    });
  });
  return { shape: [2, 2, channels, 4 * output], values: folded };
}

/**
 * Replaces 3 × 3 convolutions of a doubled map and the map joined to it, as in the decoder of a U-Net, by a convolution
 * of the small map and one of the other. See `lib/nn/ops/upsample_conv2d.ts`.
 *
 * @param constants takes the new kernels
 */
export function foldUpsampling(
  network: EngineNetwork,
  shapes: ReadonlyMap<number, MapShape>,
  constants: Map<number, RecordedConstant>,
): EngineNetwork {
  const makers = new Map(network.layers.map((layer) => [layer.output, layer]));
  const read = [network.output, ...network.layers.flatMap(layerInputs)];
  const usedOnce = (id: number) => read.filter((each) => each === id).length === 1;
  const removed = new Set<EngineLayer>(), replaced = new Map<EngineLayer, EngineLayer[]>();
  const fold = (layer: ConvolutionLayer): void => {
    const join = makers.get(layer.input), kernel = constants.get(layer.kernel)!, [side, , , output] = kernel.shape;
    if (side !== 3 || layer.stride !== 1 || layer.dilation !== 1 || layer.padding.join() !== "1,1") return;
    if (layer.depthwise || layer.addend !== undefined || join?.kind !== "join" || join.inputs.length !== 2) return;
    const [doubled, skip] = join.inputs, nearest = makers.get(doubled);
    if (nearest?.kind !== "nearest" || ![doubled, join.output].every(usedOnce)) return;
    const small = shapes.get(nearest.input)!, large = shapes.get(doubled)!;
    if (large.height !== 2 * small.height || large.width !== 2 * small.width) return;
    if (!isFoldedSize(small.height, small.width)) return;
    // The maps are read later than before: no sum may have taken their places by then.
    const between = network.layers.slice(network.layers.indexOf(nearest), network.layers.indexOf(layer));
    const isOverwritten = (id: number) => between.some((each) => each.kind === "convolution" && each.addend === id);
    if ([nearest.input, skip].some(isOverwritten)) return;
    const ids = newIds(layer), { channels } = small;
    if (!constants.has(ids.kernel)) constants.set(ids.kernel, phaseKernel(kernel, channels));
    removed.add(nearest).add(join);
    replaced.set(layer, [
      {
        kind: "convolution",
        input: nearest.input,
        output: ids.phases,
        kernel: ids.kernel,
        depthwise: false,
        stride: 1,
        dilation: 1,
        padding: [1, 1],
      },
      { kind: "interleave", input: ids.phases, output: ids.sum, channels: output },
      { ...layer, input: skip, inputChannels: { first: channels, end: kernel.shape[2] }, addend: ids.sum },
    ]);
  };
  for (const layer of network.layers) if (layer.kind === "convolution") fold(layer);
  const layers = network.layers.flatMap((layer) => removed.has(layer) ? [] : replaced.get(layer) ?? [layer]);
  return { ...network, layers };
}
