import { type NativeCall, nativeOp, type NativeWork } from "../../../native_ops/mod.ts";
import { runtimeInfo, type tf } from "../../../tensorflow/mod.ts";
import { kernelGradientCode, MOST_PARTS } from "../../winograd/kernel_code.ts";
import { type Piece, pieceTiles } from "../../winograd/pieces.ts";
import { gradientProductCode, panelColumns } from "../../winograd/product_code.ts";
import { gradientTransformCode, inputTransformCode } from "../../winograd/transform_code.ts";
import { productsOf, type TileSize } from "../../winograd/winograd_matrices.ts";
import { oddLines } from "../../winograd/odd_lines.ts";
import { allocate, codeOf, ranges, runParts } from "../run_parts.ts";
import { areFewTiles, cutMap, mapTiles, type Pieces, shareGroups, tilesAtOnce, type Tiling } from "./tiling.ts";

/** The input's channels that are computed together. */
interface Channels {
  first: number;
  count: number;
}

/** Shapes that the calls of a convolution's kernel gradient share. */
interface Work {
  pieces: Pieces;
  products: number;
  inChannels: number;
  outChannels: number;
  leftPanel: number;
  rightPanel: number;
}

/** Returns the calls that transform a group of both maps, tensors 0 and 1, to panels in `scratch`. */
function transformCalls(
  { pieces, inChannels, outChannels, leftPanel, rightPanel }: Work,
  group: readonly Piece[],
  channels: Channels,
  { leftStride, rightStride, right, scratch }: {
    leftStride: number;
    rightStride: number;
    right: number;
    scratch: number;
  },
): NativeCall[] {
  const tiles = pieceTiles(group);
  let done = 0;
  return group.flatMap((piece): NativeCall[] => {
    const left = {
      ...pieces.shape(piece, inChannels),
      channels: channels.count,
      planeStride: leftStride,
      panels: { columns: leftPanel, stride: 4 * tiles * leftPanel },
    };
    const gradient = {
      ...pieces.shape(piece, outChannels),
      planeStride: rightStride,
      panels: { columns: rightPanel, stride: 4 * tiles * rightPanel },
    };
    const before = done;
    done += piece.tiles;
    return [
      {
        code: codeOf(inputTransformCode, left),
        places: [
          { tensor: 0, offset: pieces.place(piece, inChannels) + 4 * channels.first },
          { tensor: scratch, offset: 4 * before * leftPanel },
        ],
      },
      {
        code: codeOf(gradientTransformCode, gradient),
        places: [
          { tensor: 1, offset: pieces.place(piece, outChannels) },
          { tensor: scratch, offset: right + 4 * before * rightPanel },
        ],
      },
    ];
  });
}

/** Each part sums the products of some tiles; then the sums are transformed. */
function gradientByTiles(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  work: Work,
  { tile, parts }: { tile: TileSize; parts: number },
): tf.Tensor4D {
  const { pieces, products, inChannels, outChannels, leftPanel } = work, scratch = 3;
  const shares = shareGroups(pieces.groups, Math.min(parts, MOST_PARTS));
  const blocks = ranges(inChannels / leftPanel, Math.ceil(parts / shares.length)).map(({ first, count }) => {
    const channels = { first: first * leftPanel, count: count * leftPanel };
    const planeStride = oddLines(channels.count * outChannels);
    const sums = shares.map((share) => {
      const most = Math.max(...share.map(pieceTiles));
      const leftStride = oddLines(most * channels.count), rightStride = oddLines(most * outChannels);
      const right = products * leftStride;
      const calls = share.flatMap((group, i) => {
        const code = codeOf(gradientProductCode, {
          products,
          tiles: pieceTiles(group),
          rows: channels.count,
          columns: outChannels,
          leftPanel,
          leftStride,
          rightStride,
          resultStride: planeStride,
          sum: i > 0,
        });
        const places = [{ tensor: scratch, offset: 0 }, { tensor: scratch, offset: right }, { tensor: 2, offset: 0 }];
        return [...transformCalls(work, group, channels, { leftStride, rightStride, right, scratch }), {
          code,
          places,
        }];
      });
      const outputs = [[products * planeStride / 4], [products * (leftStride + rightStride) / 4]];
      return nativeOp({ inputs: 2, outputs, calls }, [x, dy])[0];
    });
    return { channels, planeStride, sums };
  });
  const [gradient] = allocate(blocks[0].sums[0], [[3, 3, inChannels, outChannels]]);
  return blocks.reduce((result, { channels, planeStride, sums }) => {
    const works = ranges(channels.count, Math.ceil(parts / blocks.length)).map(({ first, count }): NativeWork => {
      const shape = { tile, inChannels, outChannels, planeStride, parts: sums.length, channels: count };
      const from = sums.map((_, tensor) => ({ tensor, offset: 4 * first * outChannels }));
      const to = { tensor: sums.length, offset: 4 * (channels.first + first) * outChannels };
      const calls = [{ code: codeOf(kernelGradientCode, shape), places: [to, ...from] }];
      return { inputs: sums.length + 1, outputs: [[1]], calls };
    });
    return runParts(works, sums, result);
  }, gradient as tf.Tensor4D);
}

/** Each part computes some of the input's channels, from all tiles at once. */
function gradientByChannels(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  work: Work,
  { tile, parts }: { tile: TileSize; parts: number },
): tf.Tensor4D {
  const { pieces, products, inChannels, outChannels, leftPanel } = work, scratch = 3;
  const group = pieces.groups.flat(), tiles = pieceTiles(group), planeStride = oddLines(leftPanel * outChannels);
  const [gradient] = allocate(dy, [[3, 3, inChannels, outChannels]]);
  const works = ranges(inChannels / leftPanel, parts).map(({ first, count }): NativeWork => {
    const channels = { first: first * leftPanel, count: count * leftPanel };
    const leftStride = oddLines(tiles * channels.count), rightStride = oddLines(tiles * outChannels);
    const right = products * leftStride, sums = right + products * rightStride;
    const at = (offset: number) => ({ tensor: scratch, offset });
    const product = codeOf(gradientProductCode, {
      products,
      tiles,
      rows: leftPanel,
      columns: outChannels,
      leftPanel,
      leftStride,
      rightStride,
      resultStride: planeStride,
      sum: false,
    });
    const back = codeOf(kernelGradientCode, {
      tile,
      inChannels,
      outChannels,
      planeStride,
      parts: 1,
      channels: leftPanel,
    });
    const calls = Array.from({ length: count }, (_, i): NativeCall[] => [
      { code: product, places: [at(4 * i * tiles * leftPanel), at(right), at(sums)] },
      { code: back, places: [{ tensor: 2, offset: 4 * (channels.first + i * leftPanel) * outChannels }, at(sums)] },
    ]);
    return {
      inputs: 3,
      outputs: [[(sums + products * planeStride) / 4]],
      calls: [...transformCalls(work, group, channels, { leftStride, rightStride, right, scratch }), ...calls.flat()],
    };
  });
  return runParts(works, [x, dy], gradient as tf.Tensor4D);
}

/**
 * Computes the gradient of `tiledConv2d` by its kernel.
 *
 * @param x `[batch, height, width, inChannels]`
 * @param dy `[batch, height, width, outChannels]`
 * @returns `[3, 3, inChannels, outChannels]`
 */
export function tiledKernelGradient(x: tf.Tensor4D, dy: tf.Tensor4D, tiling: Tiling): tf.Tensor4D {
  const { tile, parts = runtimeInfo().threads } = tiling, inChannels = x.shape[3], outChannels = dy.shape[3];
  const all = mapTiles(x.shape, tiling);
  const whole = all === 0 || !tiling.tiles && areFewTiles(all, inChannels, outChannels);
  const tiles = tiling.tiles ?? tilesAtOnce(tile, Math.ceil(all / Math.min(parts, MOST_PARTS)));
  const work = {
    pieces: cutMap(x.shape, tiling, whole ? Infinity : tiles),
    products: productsOf(tile),
    inChannels,
    outChannels,
    leftPanel: panelColumns(inChannels),
    rightPanel: panelColumns(outChannels),
  };
  return (whole ? gradientByChannels : gradientByTiles)(x, dy, work, { tile, parts });
}
