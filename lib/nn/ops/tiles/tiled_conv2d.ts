import type { NativeCall, NativePlace, NativeWork } from "../../../native_ops/mod.ts";
import { runtimeInfo, type tf } from "../../../tensorflow/mod.ts";
import {
  type KernelShape,
  kernelTransformCode,
  TURNED_BYTES,
  turnedKernelTransformCode,
} from "../../winograd/kernel_code.ts";
import { type Piece, pieceTiles } from "../../winograd/pieces.ts";
import { panelColumns, productCode } from "../../winograd/product_code.ts";
import { inputTransformCode, outputTransformCode, type TransformShape } from "../../winograd/transform_code.ts";
import { productsOf } from "../../winograd/winograd_matrices.ts";
import { oddLines } from "../../winograd/odd_lines.ts";
import { allocate, codeOf, ranges, runParts } from "../run_parts.ts";
import { areFewTiles, cutMap, mapTiles, type Pieces, shareGroups, tilesAtOnce, type Tiling } from "./tiling.ts";

/** Transforms some panels of a kernel. */
interface KernelTransform {
  inner: number;
  channels: number;
  call: (
    panels: { first: number; count: number; planeStride: number },
    kernel: number,
    weights: NativePlace,
    temporary: NativePlace,
  ) => NativeCall;
}

function outputCode(shape: TransformShape): Uint8Array {
  return outputTransformCode(shape, { sum: false, bias: false });
}

/** Returns the calls that transform the pixels of a group, from tensor 0. */
function inputCalls(
  pieces: Pieces,
  group: readonly Piece[],
  inner: number,
  planeStride: number,
  to: number,
): NativeCall[] {
  let done = 0;
  return group.map((piece) => {
    const places = [{ tensor: 0, offset: pieces.place(piece, inner) }, { tensor: to, offset: 4 * done * inner }];
    done += piece.tiles;
    return { code: codeOf(inputTransformCode, { ...pieces.shape(piece, inner), planeStride }), places };
  });
}

/** Returns the calls that transform products to `count` channels of pixels, from `first` on. */
function outputCalls(
  pieces: Pieces,
  group: readonly Piece[],
  channels: { first: number; count: number; all: number },
  planeStride: number,
  from: { tensor: number; offset: number },
  map: number,
): NativeCall[] {
  let done = 0;
  return group.map((piece) => {
    const shape = { ...pieces.shape(piece, channels.all), channels: channels.count, planeStride };
    const to = { tensor: map, offset: pieces.place(piece, channels.all) + 4 * channels.first };
    const places = [to, { ...from, offset: from.offset + 4 * done * channels.count }];
    done += piece.tiles;
    return { code: codeOf(outputCode, shape), places };
  });
}

/** Each part computes some tiles, with kernels that were transformed before. */
function convolveByTiles(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  transform: KernelTransform,
  tiling: Required<Tiling>,
): tf.Tensor4D {
  const { tile, parts } = tiling, [batch, height, width] = x.shape, { inner, channels } = transform;
  const products = productsOf(tile), rightStride = oddLines(inner * channels), panel = panelColumns(channels);
  const [y, weights] = allocate(x, [[batch, height, width, channels], [products * rightStride / 4]]);
  const transforms = ranges(channels / panel, parts).map(({ first, count }): NativeWork => {
    const to = { tensor: 1, offset: 4 * first * panel * inner }, temporary = { tensor: 2, offset: 0 };
    const call = transform.call({ first, count, planeStride: rightStride }, 0, to, temporary);
    return { inputs: 2, outputs: [[TURNED_BYTES / 4]], calls: [call] };
  });
  const ready = runParts(transforms, [kernel], weights), pieces = cutMap(x.shape, tiling, tiling.tiles);
  const works = shareGroups(pieces.groups, parts).map((share): NativeWork => {
    const tiles = Math.max(...share.map(pieceTiles)), map = 2, scratch = 3;
    const leftStride = oddLines(tiles * inner), resultStride = oddLines(tiles * channels);
    const result = { tensor: scratch, offset: products * leftStride };
    const calls = share.flatMap((group) => {
      const rows = pieceTiles(group);
      const shape = { products, rows, inner, columns: channels, leftStride, resultStride, rightStride };
      const multiply: NativeCall = {
        code: codeOf(productCode, shape),
        places: [{ tensor: scratch, offset: 0 }, { tensor: 1, offset: 0 }, result],
      };
      return [
        ...inputCalls(pieces, group, inner, leftStride, scratch),
        multiply,
        ...outputCalls(pieces, group, { first: 0, count: channels, all: channels }, resultStride, result, map),
      ];
    });
    return { inputs: 3, outputs: [[products * (leftStride + resultStride) / 4]], calls };
  });
  return runParts(works, [x, ready], y as tf.Tensor4D);
}

/** Each part computes some channels of the result, for all tiles at once, with kernels that it transforms itself. */
function convolveByChannels(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  { inner, channels: all, call }: KernelTransform,
  tiling: Tiling & { parts: number },
): tf.Tensor4D {
  const [batch, height, width] = x.shape, products = productsOf(tiling.tile), panel = panelColumns(all);
  const [y] = allocate(x, [[batch, height, width, all]]), pieces = cutMap(x.shape, tiling, Infinity);
  const group = pieces.groups.flat(), rows = pieceTiles(group), map = 2, scratch = 3;
  const leftStride = oddLines(rows * inner), rightStride = oddLines(inner * panel);
  const resultStride = oddLines(rows * panel), weights = products * leftStride;
  const result = weights + products * rightStride, temporary = result + products * resultStride;
  const at = (offset: number) => ({ tensor: scratch, offset });
  const shape = { products, rows, inner, columns: panel, leftStride, resultStride, rightStride };
  const works = ranges(all / panel, tiling.parts).map(({ first, count }): NativeWork => {
    const calls = Array.from({ length: count }, (_, i): NativeCall[] => [
      call({ first: first + i, count: 1, planeStride: rightStride }, 1, at(weights), at(temporary)),
      { code: codeOf(productCode, shape), places: [at(0), at(weights), at(result)] },
      ...outputCalls(pieces, group, { first: (first + i) * panel, count: panel, all }, resultStride, at(result), map),
    ]);
    return {
      inputs: 3,
      outputs: [[(temporary + TURNED_BYTES) / 4]],
      calls: [...inputCalls(pieces, group, inner, leftStride, scratch), ...calls.flat()],
    };
  });
  return runParts(works, [x, kernel], y as tf.Tensor4D);
}

function convolve(x: tf.Tensor4D, kernel: tf.Tensor4D, transform: KernelTransform, tiling: Tiling): tf.Tensor4D {
  const { tile, dilation, parts = runtimeInfo().threads } = tiling, { inner, channels } = transform;
  const all = mapTiles(x.shape, tiling);
  if (!tiling.tiles && areFewTiles(all, inner, channels)) {
    return convolveByChannels(x, kernel, transform, { tile, dilation, parts });
  }
  const tiles = tiling.tiles ?? tilesAtOnce(tile, Math.ceil(all / parts));
  return convolveByTiles(x, kernel, transform, { tile, dilation, parts, tiles });
}

/**
 * Computes a 3 × 3 convolution with stride 1 and padding equal to its dilation, by Winograd's minimal filtering in machine code
 * of this project.
 *
 * @param x `[batch, height, width, inChannels]`
 * @param kernel `[3, 3, inChannels, outChannels]`, channels divisible by eight
 * @returns `[batch, height, width, outChannels]`
 */
export function tiledConv2d(x: tf.Tensor4D, kernel: tf.Tensor4D, tiling: Tiling): tf.Tensor4D {
  const [, , inChannels, outChannels] = kernel.shape, panelBytes = 4 * panelColumns(outChannels);
  const call: KernelTransform["call"] = ({ first, count, planeStride }, kernel, weights) => {
    const shape: KernelShape = { tile: tiling.tile, inChannels, outChannels, panels: count, planeStride };
    const places = [{ tensor: kernel, offset: panelBytes * first }, weights];
    return { code: codeOf(kernelTransformCode, shape), places };
  };
  return convolve(x, kernel, { inner: inChannels, channels: outChannels, call }, tiling);
}

/**
 * Computes the gradient of {@linkcode tiledConv2d} by its input: the convolution of `dy` with the reversed kernel.
 *
 * @param dy `[batch, height, width, outChannels]`
 * @param kernel `[3, 3, inChannels, outChannels]`
 * @returns `[batch, height, width, inChannels]`
 */
export function tiledInputGradient(dy: tf.Tensor4D, kernel: tf.Tensor4D, tiling: Tiling): tf.Tensor4D {
  const [, , inChannels, outChannels] = kernel.shape, panelBytes = 4 * panelColumns(inChannels);
  const call: KernelTransform["call"] = ({ first, count, planeStride }, kernel, weights, temporary) => {
    const shape: KernelShape = { tile: tiling.tile, inChannels, outChannels, panels: count, planeStride };
    const places = [{ tensor: kernel, offset: panelBytes * outChannels * first }, weights, temporary];
    return { code: codeOf(turnedKernelTransformCode, shape), places };
  };
  return convolve(dy, kernel, { inner: outChannels, channels: inChannels, call }, tiling);
}
