import type { Device, Precision } from "../../tensorflow/mod.ts";
import { lineTiles } from "../winograd/tile_runs.ts";
import { productsOf } from "../winograd/winograd_matrices.ts";
import type { AlgorithmEntry, AlgorithmRule, ConvolutionAlgorithm, ConvolutionKind } from "./algorithm_table.ts";

/** A convolution with stride 1 that keeps the size of its map. */
export interface ConvolutionWork {
  /** `[batch, height, width, inChannels]` */
  map: readonly number[];
  /** `[side, side, inChannels, outChannels]` */
  kernel: readonly number[];
  dilation: number;
  /** Device and precision of the step that is traced. */
  device: Device;
  precision: Precision;
  /** Whether machine code of this project can run. Default: it can */
  native?: boolean;
}

/** Least part of the pixels of all tiles that is inside the map: with less, too many products are computed for nothing. */
const LEAST_INSIDE = { 2: 0.65, 4: 0.5 } as const;

/** Returns whether an algorithm is Winograd's method in machine code of this project. */
export function isTiled(algorithm: ConvolutionAlgorithm): boolean {
  return algorithm === "tiles2" || algorithm === "tiles4";
}

/** Returns whether an algorithm can compute a convolution. */
export function isPossible(algorithm: ConvolutionAlgorithm, kind: ConvolutionKind, work: ConvolutionWork): boolean {
  const { map: [, height, width], kernel: [side, , inChannels, outChannels], dilation } = work;
  const dividedBy = (step: number) => height % (step * dilation) === 0 && width % (step * dilation) === 0;
  if (isTiled(algorithm)) {
    if (work.native === false) return false;
    const tile = algorithm === "tiles4" ? 4 : 2,
      tiles = lineTiles(height, dilation, tile) * lineTiles(width, dilation, tile);
    const isFull = height * width >= LEAST_INSIDE[tile] * tiles * tile ** 2;
    // Predictions have machine code of their own. Large tiles round less exactly: forward, that turns signs before a ReLU, so
    // that gradients differ from PyTorch's.
    if (kind === "inference" || algorithm === "tiles4" && kind === "forward") return false;
    // The code's distances have 32 bits.
    const isNear = 4 * productsOf(tile) * inChannels * outChannels < 2 ** 31;
    return side === 3 && inChannels % 8 === 0 && outChannels % 8 === 0 && isFull && isNear;
  }
  if (algorithm === "winograd2") return side === 3 && dividedBy(2);
  if (algorithm === "winograd4") return side === 3 && dividedBy(4) && kind === "inference";
  return algorithm === "direct" || side === 1;
}

function contains([least, most]: AlgorithmRule["pixels"], value: number): boolean {
  return value >= least && (most === null || value <= most);
}

/**
 * Chooses the algorithm of a convolution from an entry of the table. A GPU chooses its algorithms itself, and 16 bits are
 * too few for the sums of Winograd's transforms.
 */
export function chooseAlgorithm(
  entry: Pick<AlgorithmEntry, "rules">,
  kind: ConvolutionKind,
  work: ConvolutionWork,
): ConvolutionAlgorithm {
  if (work.device !== "CPU" || work.precision !== "float32") return "direct";
  const { map: [batch, height, width], kernel: [, , inChannels, outChannels] } = work;
  const rule = entry.rules[kind].find((rule) =>
    contains(rule.inChannels, inChannels) && contains(rule.outChannels, outChannels) &&
    contains(rule.pixels, batch * height * width) && isPossible(rule.algorithm, kind, work)
  );
  return rule?.algorithm ?? "direct";
}
