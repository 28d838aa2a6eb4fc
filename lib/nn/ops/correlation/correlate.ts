import { widestVectors } from "../../../machine_code/mod.ts";
import type { NativeWork } from "../../../native_ops/mod.ts";
import { runtimeInfo, type tf } from "../../../tensorflow/mod.ts";
import { allocate, codeOf, ranges, runParts } from "../run_parts.ts";
import { correlationCode, type CorrelationShape, type MapStrides } from "./correlation_code.ts";

/** Returns the distances in a map of a shape. */
function stridesOf([, height, width, channels]: readonly number[]): MapStrides {
  const pixel = 4 * channels, line = width * pixel;
  return { pixel, line, image: height * line };
}

/** Returns the correlation of maps with these shapes, in panels of `panel` channels of the right map. */
export function correlationShape(
  left: readonly number[],
  right: readonly number[],
  { side, stride, panel }: Pick<CorrelationShape, "side" | "stride" | "panel">,
): Omit<CorrelationShape, "panels"> {
  const [images, rows, columns, channels] = right;
  return {
    images,
    rows,
    columns,
    side,
    stride,
    leftChannels: left[3],
    panel,
    left: stridesOf(left),
    right: stridesOf(right),
    resultRow: 4 * channels,
  };
}

/** Returns how many channels a thread computes at once: as many as possible, if all threads get some. */
function panelOf(channels: number, parts: number): number {
  const possible = [2 * widestVectors(), 16, 8].filter((panel) => channels % panel === 0);
  return possible.find((panel) => channels / panel >= parts) ?? 8;
}

/**
 * Correlates maps in machine code of this project: `sum over images, y, x of left[y · stride + i, x · stride + j] · right[y, x]`,
 * for each pair of channels. This is the gradient of a convolution by its kernel, where `right` is that by its result.
 *
 * @param left `[images, at least (height − 1) · stride + side, at least (width − 1) · stride + side, leftChannels]`
 * @param right `[images, height, width, rightChannels]`, channels divisible by eight
 * @param parts threads that share the work; the bits do not depend on them. Default: those of this process
 * @returns `[side, side, leftChannels, rightChannels]`
 */
export function correlate(
  left: tf.Tensor4D,
  right: tf.Tensor4D,
  { side, stride, parts = runtimeInfo().threads }: { side: number; stride: number; parts?: number },
): tf.Tensor4D {
  const [, , , channels] = right.shape, panel = panelOf(channels, parts);
  const shape = correlationShape(left.shape, right.shape, { side, stride, panel });
  const [result] = allocate(right, [[side, side, shape.leftChannels, channels]]);
  const works = ranges(channels / panel, parts).map(({ first, count }): NativeWork => {
    const offset = 4 * first * panel;
    const places = [{ tensor: 0, offset: 0 }, { tensor: 1, offset }, { tensor: 2, offset }];
    return {
      inputs: 3,
      outputs: [[1]],
      calls: [{ code: codeOf(correlationCode, { ...shape, panels: count }), places }],
    };
  });
  return runParts(works, [left, right], result as tf.Tensor4D);
}
