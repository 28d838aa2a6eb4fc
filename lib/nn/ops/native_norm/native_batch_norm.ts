import { type NativeCall, nativeOp, type NativePlace, type NativeWork } from "../../../native_ops/mod.ts";
import { currentHalf, customOp, runtimeInfo, tf } from "../../../tensorflow/mod.ts";
import type { BatchNormOptions, BatchNormVariables, NormActivation } from "../batch_norm_options.ts";
import { allocate, codeOf, ranges, runParts, runPartsInto } from "../run_parts.ts";
import { gradientSumsCode, inputGradientCode, type Mask, parameterGradientsCode } from "./gradient_code.ts";
import { BLOCK, blockBytes, blocksOf, type NormShape, numberBytes } from "./norm_loops.ts";
import { normalizeCode } from "./normalize_code.ts";
import { batchStatisticsCode, blockStatisticsCode, runningStatisticsCode, STATISTICS_ROWS } from "./statistics_code.ts";

/** Least numbers of a part of a map: with fewer, another thread would start too late. */
const LEAST_PART = 2 ** 14;

/** What follows a batch normalisation: perhaps a map of the same shape is added, and perhaps there is an activation. */
interface After {
  addend?: tf.Tensor4D;
  activation?: NormActivation;
}

/** A range of pixels, of whole blocks. */
interface Part {
  firstBlock: number;
  shape: NormShape;
}

/** A place in a tensor of a work. */
function at(tensor: number, offset = 0): NativePlace {
  return { tensor, offset };
}

/** A map's shape, and how threads share it. */
class SharedMap {
  readonly shape: NormShape;
  readonly parts: readonly Part[];
  /** Whether one op computes all of it. Larger maps take several ops, also in one thread, so that maps are freed in between. */
  readonly isSmall: boolean;
  /** Numbers of the sums of all blocks. */
  readonly sums: number;

  /** @param half whether the numbers are bfloat16 */
  constructor(readonly map: readonly number[], half: boolean, threads: number) {
    const [batch, height, width, channels] = map, pixels = batch * height * width, blocks = blocksOf(pixels);
    this.shape = { pixels, channels, ...(half ? { half } : {}) };
    this.sums = blocks * blockBytes(channels) / 4;
    const most = Math.floor(pixels * channels / LEAST_PART);
    this.isSmall = most < 2;
    this.parts = ranges(blocks, Math.max(1, Math.min(threads, most))).map(({ first, count }) => ({
      firstBlock: first,
      shape: { ...this.shape, pixels: Math.min(pixels, (first + count) * BLOCK) - first * BLOCK },
    }));
  }

  /** Where the pixels of a part begin in a map. */
  pixelsAt({ firstBlock }: Part, tensor: number): NativePlace {
    return at(tensor, numberBytes(this.shape) * firstBlock * BLOCK * this.shape.channels);
  }

  /** Where the sums of a part begin. */
  sumsAt({ firstBlock }: Part, tensor: number): NativePlace {
    return at(tensor, firstBlock * blockBytes(this.shape.channels));
  }

  /** Returns those of a work's tensors that are in 16 bits, of the indexes of its maps. */
  halves(...maps: number[]): number[] {
    return this.shape.half ? maps : [];
  }

  /** Returns a work for each part that makes one call. */
  works(inputs: number, maps: number[], call: (part: Part) => NativeCall): NativeWork[] {
    const halves = this.halves(...maps);
    return this.parts.map((part) => ({ inputs, outputs: [[1]], halves, calls: [call(part)] }));
  }
}

/** Normalises, adds, and applies an activation; returns the result, the statistics, and the new running ones. */
function forward(
  shared: SharedMap,
  x: tf.Tensor4D,
  { scale, offset, runningMean, runningVariance }: BatchNormVariables,
  { epsilon, momentum }: BatchNormOptions,
  { addend, activation }: After,
): tf.Tensor[] {
  const { shape: { pixels, channels }, map, sums } = shared;
  const statisticsShapes = [[STATISTICS_ROWS, channels], [channels], [channels]],
    given = [scale, offset, runningMean, runningVariance];
  const blocksCall = (part: Part, from: number, to: number): NativeCall => ({
    code: codeOf(blockStatisticsCode, part.shape),
    places: [shared.pixelsAt(part, from), shared.sumsAt(part, to)],
  });
  /** Of sums, of the four variables from a tensor on, to three outputs. */
  const batchCalls = (from: number, variables: number, outputs: number): NativeCall[] => [
    {
      code: codeOf(batchStatisticsCode, { pixels, channels, epsilon }),
      places: [at(from), at(variables), at(variables + 1), at(outputs)],
    },
    {
      code: codeOf(runningStatisticsCode, { pixels, channels, momentum }),
      places: [at(outputs), at(variables + 2), at(variables + 3), at(outputs + 1), at(outputs + 2)],
    },
  ];
  const normalizeCall = (part: Part, from: number, statistics: number, to: number, added: number): NativeCall => {
    const options = { ...part.shape, addend: addend !== undefined, activation };
    const places = [shared.pixelsAt(part, from), at(statistics), shared.pixelsAt(part, to)];
    return {
      code: codeOf(normalizeCode, options),
      places: addend ? [...places, shared.pixelsAt(part, added)] : places,
    };
  };
  const added = addend ? [addend] : [];
  if (shared.isSmall) {
    const [part] = shared.parts, inputs = 5 + added.length, y = inputs, statistics = y + 1, scratch = statistics + 3;
    const calls = [
      blocksCall(part, 0, scratch),
      ...batchCalls(scratch, 1, statistics),
      normalizeCall(part, 0, statistics, y, 5),
    ];
    const halves = shared.halves(0, y, ...added.map(() => 5));
    const work = { inputs, outputs: [map, ...statisticsShapes, [sums]], halves, calls };
    return nativeOp(work, [x, ...given, ...added]).slice(0, 4);
  }
  const [y, blocks] = allocate(x, [map, [sums]], shared.halves(0, 1));
  const ready = runParts(shared.works(2, [0], (part) => blocksCall(part, 0, 1)), [x], blocks);
  const statistics = nativeOp({ inputs: 5, outputs: statisticsShapes, calls: batchCalls(0, 1, 5) }, [ready, ...given]);
  const from = [x, statistics[0], ...added];
  const maps = [0, from.length, ...added.map(() => 2)];
  const works = shared.works(from.length + 1, maps, (part) => normalizeCall(part, 0, 1, from.length, 2));
  return [runParts(works, from, y), ...statistics];
}

/**
 * Returns the gradients of a batch normalisation by the map, by scales and by offsets, and with the mask `result` the gradient
 * that the activation lets pass.
 */
function backward(
  shared: SharedMap,
  mask: Mask,
  activation: NormActivation | undefined,
  dy: tf.Tensor,
  [x, statistics, y]: readonly tf.Tensor[],
): { x: tf.Tensor; scale: tf.Tensor; offset: tf.Tensor; masked?: tf.Tensor } {
  const { shape: { pixels, channels }, map, sums } = shared, writesMasked = mask === "result";
  const parameterShapes = [[channels], [channels], [2, channels]];
  // What the gradient by the map still has to leave out, once the masked gradient is written.
  const inputMask = writesMasked ? "none" : mask;
  /** Of the gradient, the map and statistics, to sums; of the result, to the masked gradient. */
  const sumsCall = (part: Part, to: number, result: number, masked: number): NativeCall => {
    const places = [shared.pixelsAt(part, 0), shared.pixelsAt(part, 1), at(2), shared.sumsAt(part, to)];
    const others = writesMasked ? [shared.pixelsAt(part, result), shared.pixelsAt(part, masked)] : [];
    return {
      code: codeOf(gradientSumsCode, { ...part.shape, mask, activation }),
      places: [...places, ...others],
    };
  };
  const parametersCall = (from: number, statistics: number, outputs: number): NativeCall => ({
    code: codeOf(parameterGradientsCode, { pixels, channels }),
    places: [at(from), at(statistics), at(outputs), at(outputs + 1), at(outputs + 2)],
  });
  const inputCall = (part: Part, from: number, constants: number, to: number): NativeCall => ({
    code: codeOf(inputGradientCode, {
      ...part.shape,
      mask: inputMask,
      activation: writesMasked ? undefined : activation,
    }),
    places: [shared.pixelsAt(part, from), shared.pixelsAt(part, 1), at(2), at(constants), shared.pixelsAt(part, to)],
  });
  const given = writesMasked ? [dy, x, statistics, y] : [dy, x, statistics], inputs = given.length;
  const maskedMap = writesMasked ? [map] : [];
  if (shared.isSmall) {
    const [part] = shared.parts, dx = inputs, parameters = dx + 1, scratch = parameters + 3, masked = scratch + 1;
    const calls = [
      sumsCall(part, scratch, 3, masked),
      parametersCall(scratch, 2, parameters),
      inputCall(part, writesMasked ? masked : 0, parameters + 2, dx),
    ];
    const halves = shared.halves(0, 1, dx, ...(writesMasked ? [3, masked] : []));
    const found = nativeOp({ inputs, outputs: [map, ...parameterShapes, [sums], ...maskedMap], halves, calls }, given);
    return { x: found[0], scale: found[1], offset: found[2], masked: found[5] };
  }
  const written = allocate(dy, [[sums], ...maskedMap], shared.halves(0, ...maskedMap.map(() => 2)));
  const maps = [0, 1, ...(writesMasked ? [3, inputs + 1] : [])];
  const works = shared.works(inputs + written.length, maps, (part) => sumsCall(part, inputs, 3, inputs + 1));
  const [blocks, masked] = runPartsInto(works, given, written);
  const [scale, offset, constants] = nativeOp(
    { inputs: 2, outputs: parameterShapes, calls: [parametersCall(0, 1, 2)] },
    [blocks, statistics],
  );
  const [dx] = allocate(constants, [map], shared.halves(1));
  const inputWorks = shared.works(5, [0, 1, 4], (part) => inputCall(part, 0, 3, 4));
  return { x: runParts(inputWorks, [masked ?? dy, x, statistics, constants], dx), scale, offset, masked };
}

/**
 * Computes a batch normalisation in training by machine code of this project, with what follows it: perhaps a map is added,
 * and perhaps there is an activation. It updates the running statistics. The bits do not depend on the number of threads. In a
 * step that is traced in bfloat16, it reads and writes maps in this type, and computes in float32.
 *
 * @param x `[batch, height, width, channels]`, channels divisible by eight
 * @param threads that share a map. Default: those of this process
 * @returns a map of the same shape
 * @throws {MachineCodeError} if this machine runs no machine code of its own: see `runsNativeOps`.
 */
export function nativeBatchNorm(
  x: tf.Tensor4D,
  variables: BatchNormVariables,
  options: BatchNormOptions,
  after: After,
  threads: number = runtimeInfo().threads,
): tf.Tensor4D {
  const { scale, offset, runningMean, runningVariance } = variables, { addend, activation } = after;
  const mask: Mask = !activation ? "none" : addend ? "result" : "normalized";
  const shared = new SharedMap(x.shape, currentHalf()?.type === "bfloat16", threads);
  const inputs = { x, scale, offset, ...(addend ? { addend } : {}) };
  return customOp<tf.Tensor4D>({
    inputs,
    forward: (save) => {
      const [y, statistics, mean, variance] = forward(shared, x, variables, options, after);
      runningMean.assign(mean);
      runningVariance.assign(variance);
      save(mask === "result" ? [x, statistics, y] : [x, statistics]);
      return y as tf.Tensor4D;
    },
    backward: (dy, saved) => {
      const gradients = backward(shared, mask, activation, dy, saved);
      return {
        x: () => gradients.x,
        scale: () => gradients.scale,
        offset: () => gradients.offset,
        // Never the same tensor as the gradient that was given, which the caller owns.
        addend: () => gradients.masked ?? tf.clone(dy),
      };
    },
  });
}
