import type { RecordedConstant } from "../../tensorflow/mod.ts";
import { type EngineLayer, type EngineNetwork, layerInputs } from "./engine_layers.ts";
import type { Sides } from "./map_sides.ts";

type Convolution = EngineLayer & { kind: "convolution" };

/** For each phase (even, odd) and tap of the small kernel, the taps of the large kernel that it combines. */
const PHASES = [[[0], [1, 2]], [[0, 1], [2]]];

/** Range of the small map's sides in which folding is faster, as in `lib/nn/ops/upsample_conv2d.ts`. */
const FOLDED_SIDES = [16, 64];

/** Returns ids of maps and constants that a recording lacks, for one of its ids. */
function newIds(id: number): { kernel: number; phases: number; sum: number } {
  return { kernel: -(3 * id + 2), phases: -(3 * id + 3), sum: -(3 * id + 4) };
}

/**
 * Returns the kernel of the four 2 × 2 convolutions that compute the phases of a 3 × 3 convolution of a doubled map, as
 * one convolution: `[2, 2, channels, 4 · out]` of the first `channels` channels of `[3, 3, in, out]`.
 */
export function phaseKernel({ shape, values }: RecordedConstant, channels: number): RecordedConstant {
  const [, side, input, output] = shape, folded = new Float32Array(16 * channels * output);
  for (
    const [rowTap, columnTap, row, column] of Array.from(
      { length: 16 },
      (_, i) => [8, 4, 2, 1].map((bit) => Number((i & bit) > 0)),
    )
  ) {
    const phase = (2 * row + column) * output, taps = (2 * rowTap + columnTap) * channels;
    for (const y of PHASES[row][rowTap]) {
      for (const x of PHASES[column][columnTap]) {
        for (let c = 0; c < channels; c++) {
          const from = ((y * side + x) * input + c) * output, to = (taps + c) * 4 * output + phase;
          for (let o = 0; o < output; o++) folded[to + o] += values[from + o];
        }
      }
    }
  }
  return { shape: [2, 2, channels, 4 * output], values: folded };
}

/**
 * Replaces 3 × 3 convolutions of a doubled map and the maps joined to it, as in the decoder of a U-Net, by a convolution
 * of the small map and one of the others. See `lib/nn/ops/upsample_conv2d.ts`.
 *
 * @param constants takes the new kernels
 */
export function foldUpsampling(
  network: EngineNetwork,
  sides: ReadonlyMap<number, Sides>,
  constants: Map<number, RecordedConstant>,
): EngineNetwork {
  const makers = new Map(network.layers.map((layer) => [layer.output, layer]));
  const read = network.layers.flatMap(layerInputs);
  const usedOnce = (id: number) => read.filter((each) => each === id).length === 1;
  const removed = new Set<EngineLayer>(), replaced = new Map<EngineLayer, EngineLayer[]>();
  const fold = (layer: Convolution): void => {
    const join = makers.get(layer.input), kernel = constants.get(layer.kernel)!, [side, , , output] = kernel.shape;
    if (side !== 3 || layer.stride !== 1 || layer.dilation !== 1 || layer.padding.join() !== "1,1") return;
    if (layer.depthwise || layer.addend !== undefined || join?.kind !== "join" || join.inputs.length !== 2) return;
    const [doubled, skip] = join.inputs, nearest = makers.get(doubled);
    if (nearest?.kind !== "nearest" || ![doubled, join.output].every(usedOnce)) return;
    const small = sides.get(nearest.input)!,
      large = sides.get(doubled)!,
      length = Math.sqrt(small.height * small.width);
    if (large.height !== 2 * small.height || large.width !== 2 * small.width) return;
    if (length < FOLDED_SIDES[0] || length > FOLDED_SIDES[1]) return;
    const ids = newIds(layer.kernel), { channels } = small;
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
