import { currentDevice, currentPrecision, isRecording, runtimeInfo, tf } from "../../tensorflow/mod.ts";
import { isTiled } from "../algorithms/choose_algorithm.ts";
import { chosenAlgorithm, conv2d } from "./conv2d.ts";
import { type MapSize, sidesFor } from "./map_size.ts";
import { upsampleNearest } from "./upsample_nearest.ts";

/** For each phase (even, odd) and tap of the small kernel, the taps of the large kernel that it combines. */
const PHASES = [[[1, 0, 0], [0, 1, 1]], [[1, 1, 0], [0, 0, 1]]];

/**
 * Matrix `[16, 9]` that computes (row tap, column tap, row phase, column phase) from (row tap, column tap) of 3 × 3. Its
 * numbers are 0 and 1.
 */
export function foldingRows(): number[][] {
  const bits = [0, 1], matrix: number[][] = [];
  for (const rowTap of bits) {
    for (const columnTap of bits) {
      for (const rows of PHASES) {
        for (const columns of PHASES) {
          matrix.push(rows[rowTap].flatMap((a) => columns[columnTap].map((b) => a * b)));
        }
      }
    }
  }
  return matrix;
}

/**
 * Computes a 3 × 3 convolution with padding 1 of an image upsampled to twice its size by nearest neighbour, without
 * creating the upsampled image.
 *
 * Two of three neighbouring taps always meet the same small pixel, so their weights are added beforehand. The even and
 * odd rows and columns of the result are then four 2 × 2 convolutions of the small image: 16 products per small pixel
 * instead of 36, and the same sums up to rounding.
 *
 * @param x `[batch, height, width, inChannels]`
 * @param kernel `[3, 3, inChannels, outChannels]`
 * @returns `[batch, 2 · height, 2 · width, outChannels]`
 */
export function upsampleConv2d(x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width] = x.shape;
  const [, , inChannels, outChannels] = kernel.shape;
  const folded = tf.matMul(tf.tensor2d(foldingRows()), tf.reshape(kernel, [9, inChannels * outChannels]));
  // [taps, phases, in, out] to [taps, in, phases, out]: the four convolutions run as one.
  const together = tf.transpose(tf.reshape(folded, [4, 4, inChannels, outChannels]), [0, 2, 1, 3]);
  const padded = tf.pad4d(x, [[0, 0], [1, 1], [1, 1], [0, 0]]);
  const y = conv2d(padded, tf.reshape(together, [2, 2, inChannels, 4 * outChannels]));
  // An odd row or column starts one small pixel later than an even one.
  const phase = (row: number, column: number) =>
    tf.slice(y, [0, row, column, (2 * row + column) * outChannels], [batch, height, width, outChannels]);
  // In memory, interleaving columns is concatenating along channels, and interleaving rows is concatenating rows.
  const rows = [0, 1].map((row) =>
    tf.reshape(tf.concat([phase(row, 0), phase(row, 1)], 3), [batch, height, 2 * width * outChannels])
  );
  return tf.reshape(tf.concat(rows, 2), [batch, 2 * height, 2 * width, outChannels]) as tf.Tensor4D;
}

/** Range of the small map's sides in which folding is faster on a CPU: see `docs/developer/speed.md`. */
const FOLDED_SIDES = [16, 64];

/** Returns whether a map of this size is in the range in which folding is faster in float32. */
export function isFoldedSize(height: number, width: number): boolean {
  const side = Math.sqrt(height * width);
  return side >= FOLDED_SIDES[0] && side <= FOLDED_SIDES[1];
}

/**
 * Returns whether folding is faster for a joined map and its kernel. With AMX, products in 16 bits take less time than moving
 * the maps; tiles of pixels need fewer products than the folded kernel.
 */
function foldingPays(joined: readonly number[], kernel: readonly number[]): boolean {
  if (currentDevice() !== "CPU" || currentPrecision() !== "float32" && runtimeInfo().bfloat16 === "AMX") return false;
  const [, height, width] = joined;
  return isFoldedSize(height / 2, width / 2) && !isTiled(chosenAlgorithm("forward", joined, kernel, 1));
}

/**
 * Computes a 3 × 3 convolution with padding 1 of a map that is upsampled by nearest neighbour and concatenated with a
 * skip connection, as in the decoder of a U-Net.
 *
 * @param x `[batch, height, width, channels]`
 * @param kernel `[3, 3, channels + skipChannels, outChannels]`
 * @param skip `[batch, …, …, skipChannels]`, as large as the result
 */
export function upsampleJoinConv2d(
  x: tf.Tensor4D,
  size: MapSize,
  kernel: tf.Tensor4D,
  skip?: tf.Tensor4D,
): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const sides = sidesFor(x, size), joined = [batch, ...sides, kernel.shape[2]];
  const doubles = sides[0] === 2 * height && sides[1] === 2 * width;
  if (!doubles || !skip || !foldingPays(joined, kernel.shape) || isRecording()) {
    const enlarged = upsampleNearest(x, size);
    return conv2d(skip ? tf.concat([enlarged, skip], 3) : enlarged, kernel, { padding: 1 });
  }
  // The convolution of concatenated maps is the sum of the convolutions of the maps.
  const [mapKernel, skipKernel] = tf.split(kernel, [channels, skip.shape[3]], 2) as tf.Tensor4D[];
  return tf.add(upsampleConv2d(x, mapKernel), conv2d(skip, skipKernel, { padding: 1 }));
}
