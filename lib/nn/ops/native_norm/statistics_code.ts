import { Assembler, type Memory, type Vector } from "../../../machine_code/mod.ts";
import {
  BLOCK,
  BLOCK_COUNTER,
  blockBytes,
  forBlocks,
  forChannels,
  type ForPixels,
  mapAccess,
  type NormShape,
  registers,
  VECTOR,
  vectorsAtOnce,
} from "./norm_loops.ts";

/** Rows of the statistics of a batch `[rows, channels]`: it is normalised as `(x − mean) · factor + offset`. */
export const STATISTICS = { mean: 0, factor: 1, offset: 2, inverseDeviation: 3, variance: 4 } as const;

/** Number of rows of the statistics. */
export const STATISTICS_ROWS = Object.keys(STATISTICS).length;

/** Returns the place of a vector of a row of `[rows, channels]`. */
export function rowAt(base: Memory["base"], channels: number, row: number, vector = 0): Memory {
  return { base, offset: 4 * channels * row + VECTOR * vector };
}

/**
 * Writes the code that computes, of each block of pixels and each channel, the mean and the sum of the squared distances from
 * it. Its arguments are the addresses of the map and of these sums `[blocks, 2, channels]`.
 */
export function blockStatisticsCode(shape: NormShape): Uint8Array<ArrayBuffer> {
  const { pixels, channels } = shape, assembler = new Assembler(), vectors = vectorsAtOnce(channels, 4);
  // Several sums of each vector, so that an addition need not wait for the one before.
  const sums = registers(0, 8), means = registers(8, vectors), lanes = sums.length / vectors, distance: Vector = 12;
  const { operand } = mapAccess(assembler, shape), number: Vector = 15;
  const MAP = "rsi", SUMS = "rdi", reciprocals = new Map([[BLOCK, 13], [pixels % BLOCK, 14]]);
  assembler.argument(MAP, 0);
  assembler.argument(SUMS, 1);
  for (const [count, register] of reciprocals) assembler.fill(register, 1 / count);
  const sum = (forPixels: ForPixels, add: (to: Vector, number: Vector | Memory, mean: Vector) => void) => {
    for (const register of sums) assembler.clear(register);
    forPixels(lanes, (pixel) => {
      for (let v = 0; v < vectors; v++) {
        add(sums[pixel * vectors + v], operand(MAP, pixel, v, number), means[v]);
      }
    });
    for (let step = sums.length / 2; step >= vectors; step /= 2) {
      for (let i = 0; i < step; i++) assembler.add(sums[i], sums[i], sums[i + step]);
    }
  };
  const addNumber = (to: Vector, number: Vector | Memory) => assembler.add(to, to, number);
  const addSquare = (to: Vector, number: Vector | Memory, mean: Vector) => {
    assembler.subtract(distance, mean, number);
    assembler.addProduct(to, distance, distance);
  };
  const options = { maps: [MAP], perBlock: [{ register: SUMS, bytes: blockBytes(channels) }], vectors } as const;
  forBlocks(assembler, shape, options, (count, forPixels) => {
    sum(forPixels, addNumber);
    means.forEach((mean, v) => {
      assembler.multiply(mean, sums[v], reciprocals.get(count)!);
      assembler.store(rowAt(SUMS, channels, 0, v), mean);
    });
    sum(forPixels, addSquare);
    for (let v = 0; v < vectors; v++) assembler.store(rowAt(SUMS, channels, 1, v), sums[v]);
  });
  return assembler.finish();
}

/**
 * Writes the code that makes the {@linkcode STATISTICS} of all pixels from those of blocks. Its arguments are the addresses of
 * these `[blocks, 2, channels]`, of scales, of offsets, and of the statistics.
 *
 * @param epsilon added to the variance
 */
export function batchStatisticsCode({ pixels, channels, epsilon }: NormShape & { epsilon: number }) {
  const assembler = new Assembler(), places = ["rsi", "rdi", "r8", "r9"] as const;
  const [SUMS, SCALES, OFFSETS, BATCH] = places;
  const blocks = Math.floor(pixels / BLOCK), tail = pixels % BLOCK, bytes = blockBytes(channels);
  const [mean, squares, between, distance, variance] = registers(0, 5);
  const [blockPart, tailPart, blockSize, tailSize, pixelPart, least, one] = registers(8, 7);
  places.forEach((register, i) => assembler.argument(register, i));
  for (
    const [register, value] of [
      [blockPart, BLOCK / pixels],
      [tailPart, tail / pixels],
      [blockSize, BLOCK],
      [tailSize, tail],
      [pixelPart, 1 / pixels],
      [least, epsilon],
      [one, 1],
    ]
  ) assembler.fill(register, value);
  const forAllBlocks = (body: () => void) => {
    assembler.repeat(BLOCK_COUNTER, blocks, () => {
      body();
      assembler.advance(SUMS, bytes);
    });
  };
  const store = (row: keyof typeof STATISTICS, from: Vector) =>
    assembler.store(rowAt(BATCH, channels, STATISTICS[row]), from);
  forChannels(assembler, channels, places, () => {
    for (const register of [mean, squares, between]) assembler.clear(register);
    forAllBlocks(() => assembler.add(mean, mean, rowAt(SUMS, channels, 0)));
    assembler.multiply(mean, mean, blockPart);
    if (tail) assembler.addProduct(mean, tailPart, rowAt(SUMS, channels, 0));
    assembler.advance(SUMS, -blocks * bytes);
    forAllBlocks(() => {
      assembler.subtract(distance, mean, rowAt(SUMS, channels, 0));
      assembler.addProduct(between, distance, distance);
      assembler.add(squares, squares, rowAt(SUMS, channels, 1));
    });
    assembler.addProduct(squares, between, blockSize);
    if (tail) {
      assembler.subtract(distance, mean, rowAt(SUMS, channels, 0));
      assembler.multiply(distance, distance, distance);
      assembler.addProduct(squares, distance, tailSize);
      assembler.add(squares, squares, rowAt(SUMS, channels, 1));
    }
    assembler.advance(SUMS, -blocks * bytes);
    assembler.multiply(variance, squares, pixelPart);
    store("mean", mean);
    store("variance", variance);
    assembler.add(variance, variance, least);
    assembler.squareRoot(variance, variance);
    assembler.divide(variance, one, variance);
    store("inverseDeviation", variance);
    assembler.multiply(variance, variance, { base: SCALES, offset: 0 });
    store("factor", variance);
    assembler.load(distance, { base: OFFSETS, offset: 0 });
    store("offset", distance);
  });
  return assembler.finish();
}

/**
 * Writes the code that updates running statistics. Its arguments are the addresses of the {@linkcode STATISTICS}, of the running
 * mean and the running variance, and of their new values.
 *
 * @param momentum weight of the batch
 */
export function runningStatisticsCode({ pixels, channels, momentum }: NormShape & { momentum: number }) {
  const assembler = new Assembler(), places = ["rsi", "rdi", "r8", "r9", "r10"] as const;
  const [BATCH, MEAN, VARIANCE, NEW_MEAN, NEW_VARIANCE] = places, number: Vector = 0, kept: Vector = 8;
  places.forEach((register, i) => assembler.argument(register, i));
  assembler.fill(kept, 1 - momentum);
  assembler.fill(kept + 1, momentum);
  // The running variance is that of the pixels as a sample.
  assembler.fill(kept + 2, momentum * pixels / (pixels - 1));
  forChannels(assembler, channels, places, () => {
    for (
      const [from, row, weight, to] of [
        [MEAN, STATISTICS.mean, kept + 1, NEW_MEAN],
        [VARIANCE, STATISTICS.variance, kept + 2, NEW_VARIANCE],
      ] as const
    ) {
      assembler.multiply(number, kept, { base: from, offset: 0 });
      assembler.addProduct(number, weight, rowAt(BATCH, channels, row));
      assembler.store({ base: to, offset: 0 }, number);
    }
  });
  return assembler.finish();
}
