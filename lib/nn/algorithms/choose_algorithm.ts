import type { Device, Precision } from "../../tensorflow/mod.ts";
import { lineTiles } from "../winograd/tile_runs.ts";
import { productsOf, type TileSize } from "../winograd/winograd_matrices.ts";
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
export function isTiled(algorithm: ConvolutionAlgorithm): algorithm is "tiles2" | "tiles4" {
  return algorithm === "tiles2" || algorithm === "tiles4";
}

function tileSize(algorithm: "tiles2" | "tiles4"): TileSize {
  return algorithm === "tiles2" ? 2 : 4;
}

/**
 * Returns whether a prediction with an entry can launch its ops one after another: the parts of a convolution in machine
 * code have to run side by side.
 */
export function predictsInSequence({ rules }: Pick<AlgorithmEntry, "rules">, precision: Precision): boolean {
  return precision !== "float32" || !rules.inference.some(({ algorithm }) => isTiled(algorithm));
}

/** Returns which part of the pixels of all tiles is inside the map; 1 without tiles. */
function insideTiles(
  algorithm: ConvolutionAlgorithm,
  { map: [, height, width], dilation }: Pick<ConvolutionWork, "map" | "dilation">,
): number {
  if (!isTiled(algorithm)) return 1;
  const tile = tileSize(algorithm), tiles = lineTiles(height, dilation, tile) * lineTiles(width, dilation, tile);
  return height * width / (tiles * tile ** 2);
}

/** Returns whether an algorithm can compute a convolution. */
export function isPossible(algorithm: ConvolutionAlgorithm, kind: ConvolutionKind, work: ConvolutionWork): boolean {
  const { map: [, height, width], kernel: [side, , inChannels, outChannels], dilation } = work;
  const dividedBy = (step: number) => height % (step * dilation) === 0 && width % (step * dilation) === 0;
  if (isTiled(algorithm)) {
    if (work.native === false) return false;
    const tile = tileSize(algorithm), isFull = insideTiles(algorithm, work) >= LEAST_INSIDE[tile];
    // Large tiles round less exactly: in a training's forward pass, that turns signs before a ReLU, so that gradients differ
    // from PyTorch's.
    if (tile === 4 && kind === "forward") return false;
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

/** Returns whether a convolution is within the limits of a rule, whether or not the rule's algorithm can compute it. */
export function isWithin(rule: AlgorithmRule, work: Pick<ConvolutionWork, "map" | "kernel" | "dilation">): boolean {
  const { map: [batch, height, width], kernel: [, , inChannels, outChannels] } = work;
  return contains(rule.inChannels, inChannels) && contains(rule.outChannels, outChannels) &&
    contains(rule.pixels, batch * height * width) && contains(rule.inside, insideTiles(rule.algorithm, work));
}

/**
 * Chooses the algorithm of a convolution from an entry of the table. A GPU chooses its algorithms itself. 16 bits are too few
 * for the sums of Winograd's transforms: in `mixed`, tiles compute gradients in float32 where the entry says that this is faster.
 */
export function chooseAlgorithm(
  entry: Pick<AlgorithmEntry, "rules"> & Partial<Pick<AlgorithmEntry, "mixedGradients">>,
  kind: ConvolutionKind,
  work: ConvolutionWork,
): ConvolutionAlgorithm {
  if (work.device !== "CPU") return "direct";
  const rules = work.precision === "float32" ? entry.rules[kind] : mixedRules(entry, kind, work.precision);
  return rules.find((rule) => isWithin(rule, work) && isPossible(rule.algorithm, kind, work))?.algorithm ?? "direct";
}

/** Returns the rules for a convolution whose precision is not float32. */
function mixedRules(
  { rules, mixedGradients }: Parameters<typeof chooseAlgorithm>[0],
  kind: ConvolutionKind,
  precision: Precision,
): readonly AlgorithmRule[] {
  // In the other precisions the trace has tensors of 16 bits, which tiles cannot read.
  const isTiled = precision === "mixed" && mixedGradients === "tiles";
  return isTiled && kind.endsWith("Gradient") ? rules[kind].filter(({ algorithm }) => algorithm === "tiles4") : [];
}
