import { Assembler, type Register, type Vector } from "../../../machine_code/mod.ts";
import type { NormActivation } from "../batch_norm_options.ts";
import {
  BLOCK_COUNTER,
  blockBytes,
  blocksOf,
  forBlocks,
  forChannels,
  mapAccess,
  type NormShape,
  registers,
  vectorsAtOnce,
} from "./norm_loops.ts";
import { rowAt, STATISTICS } from "./statistics_code.ts";

/**
 * What decides which gradients an activation lets pass, those where it changes nothing: without one nothing, the normalised
 * number, or, if a map was added, the result.
 */
export type Mask = "none" | "normalized" | "result";

/** Registers that both gradients use for the numbers of a pixel, and for 0. */
const GRADIENT: Vector = 10,
  DISTANCE: Vector = 11,
  VALUE: Vector = 12,
  MASK: Vector = 13,
  SIX: Vector = 14,
  ZERO: Vector = 15;

/** Registers of constants of a group of channels. */
const MEANS = registers(0, 2), FACTORS = registers(2, 2), OFFSETS = registers(4, 2);

/** Sets the gradient to 0 where the activation changes the value. */
function maskGradient(assembler: Assembler, activation: NormActivation): void {
  assembler.less(MASK, ZERO, VALUE);
  assembler.and(GRADIENT, GRADIENT, MASK);
  if (activation === "relu") return;
  assembler.less(MASK, VALUE, SIX);
  assembler.and(GRADIENT, GRADIENT, MASK);
}

/** Computes the normalised number again, from its distance. */
function normalize(assembler: Assembler, v: number): void {
  assembler.load(VALUE, DISTANCE);
  assembler.multiplyAdd(VALUE, FACTORS[v], OFFSETS[v]);
}

/** Writes what the registers of {@linkcode maskGradient} hold throughout. */
function loadLimits(assembler: Assembler, activation: NormActivation): void {
  assembler.clear(ZERO);
  if (activation === "relu6") assembler.fill(SIX, 6);
}

/** Loads the constants of the statistics that the registers keep for a group. */
function loadStatistics(assembler: Assembler, from: Register, channels: number, vectors: number): void {
  for (let v = 0; v < vectors; v++) {
    assembler.load(MEANS[v], rowAt(from, channels, STATISTICS.mean, v));
    assembler.load(FACTORS[v], rowAt(from, channels, STATISTICS.factor, v));
    assembler.load(OFFSETS[v], rowAt(from, channels, STATISTICS.offset, v));
  }
}

/**
 * Writes the code that sums, over each block of pixels, the gradient by the normalised map, and its products with the distance
 * of the map from its mean. Its arguments are the addresses of the gradient by the result, of the map, of the statistics, and
 * of the sums `[blocks, 2, channels]`; with the mask `result` also of the result, and of the masked gradient, which it writes.
 */
export function gradientSumsCode(
  { mask, activation = "relu", ...shape }: NormShape & { mask: Mask; activation?: NormActivation },
): Uint8Array<ArrayBuffer> {
  const { channels } = shape, assembler = new Assembler(), vectors = vectorsAtOnce(channels, 2);
  const [DY, MAP, BATCH, SUMS, RESULT, MASKED] = ["rsi", "rdi", "r8", "r9", "r10", "r11"] as const;
  const sums = registers(6, vectors), products = registers(8, vectors);
  const { load, store } = mapAccess(assembler, shape);
  const maps = mask === "result" ? [DY, MAP, RESULT, MASKED] : [DY, MAP];
  [DY, MAP, BATCH, SUMS].forEach((register, i) => assembler.argument(register, i));
  if (mask === "result") [RESULT, MASKED].forEach((register, i) => assembler.argument(register, 4 + i));
  if (mask !== "none") loadLimits(assembler, activation);
  const perBlock = [{ register: SUMS, bytes: blockBytes(channels) }];
  forBlocks(assembler, shape, { maps, perChannel: [BATCH], perBlock, vectors }, (_, forPixels) => {
    loadStatistics(assembler, BATCH, channels, vectors);
    for (const sum of [...sums, ...products]) assembler.clear(sum);
    forPixels(4 / vectors, (pixel) => {
      for (let v = 0; v < vectors; v++) {
        load(GRADIENT, DY, pixel, v);
        load(DISTANCE, MAP, pixel, v);
        assembler.subtract(DISTANCE, DISTANCE, MEANS[v]);
        if (mask === "normalized") normalize(assembler, v);
        if (mask === "result") load(VALUE, RESULT, pixel, v);
        if (mask !== "none") maskGradient(assembler, activation);
        if (mask === "result") store(MASKED, pixel, v, GRADIENT, [VALUE, MASK]);
        assembler.add(sums[v], sums[v], GRADIENT);
        assembler.addProduct(products[v], GRADIENT, DISTANCE);
      }
    });
    for (let v = 0; v < vectors; v++) {
      assembler.store(rowAt(SUMS, channels, 0, v), sums[v]);
      assembler.store(rowAt(SUMS, channels, 1, v), products[v]);
    }
  });
  return assembler.finish();
}

/**
 * Writes the code that makes, from the sums of blocks, the gradients by scales and by offsets, and what
 * {@linkcode inputGradientCode} needs of them. Its arguments are the addresses of the sums `[blocks, 2, channels]`, of the
 * statistics, of both gradients `[channels]`, and of two rows of constants `[2, channels]`.
 */
export function parameterGradientsCode({ pixels, channels }: NormShape): Uint8Array<ArrayBuffer> {
  const assembler = new Assembler(), places = ["rsi", "rdi", "r8", "r9", "r10"] as const;
  const [SUMS, BATCH, SCALE_GRADIENT, OFFSET_GRADIENT, CONSTANTS] = places;
  const [sum, product, deviation, part] = registers(0, 4), bytes = blockBytes(channels), blocks = blocksOf(pixels);
  places.forEach((register, i) => assembler.argument(register, i));
  assembler.fill(part, 1 / pixels);
  forChannels(assembler, channels, places, () => {
    for (const register of [sum, product]) assembler.clear(register);
    assembler.repeat(BLOCK_COUNTER, blocks, () => {
      assembler.add(sum, sum, rowAt(SUMS, channels, 0));
      assembler.add(product, product, rowAt(SUMS, channels, 1));
      assembler.advance(SUMS, bytes);
    });
    assembler.advance(SUMS, -blocks * bytes);
    assembler.store({ base: OFFSET_GRADIENT, offset: 0 }, sum);
    assembler.load(deviation, rowAt(BATCH, channels, STATISTICS.inverseDeviation));
    assembler.multiply(product, product, deviation);
    assembler.store({ base: SCALE_GRADIENT, offset: 0 }, product);
    assembler.multiply(sum, sum, part);
    assembler.store(rowAt(CONSTANTS, channels, 0), sum);
    assembler.multiply(product, product, deviation);
    assembler.multiply(product, product, part);
    assembler.store(rowAt(CONSTANTS, channels, 1), product);
  });
  return assembler.finish();
}

/**
 * Writes the code that computes the gradient by the map that was normalised. Its arguments are the addresses of the gradient by
 * the normalised map (with the mask `normalized`, by the result), of the map, of the statistics, of the two rows of constants,
 * and of the gradient.
 */
export function inputGradientCode(
  { mask, activation = "relu", ...shape }: NormShape & {
    mask: Exclude<Mask, "result">;
    activation?: NormActivation;
  },
): Uint8Array<ArrayBuffer> {
  const { channels } = shape, assembler = new Assembler(), vectors = vectorsAtOnce(channels, 2);
  const places = ["rsi", "rdi", "r8", "r9", "r10"] as const, [DY, MAP, BATCH, CONSTANTS, DX] = places;
  const means = registers(6, vectors), slopes = registers(8, vectors);
  const { load, store } = mapAccess(assembler, shape);
  places.forEach((register, i) => assembler.argument(register, i));
  if (mask !== "none") loadLimits(assembler, activation);
  const options = { maps: [DY, MAP, DX], perChannel: [BATCH, CONSTANTS], vectors };
  forBlocks(assembler, shape, options, (_, forPixels) => {
    loadStatistics(assembler, BATCH, channels, vectors);
    for (let v = 0; v < vectors; v++) {
      assembler.load(means[v], rowAt(CONSTANTS, channels, 0, v));
      assembler.load(slopes[v], rowAt(CONSTANTS, channels, 1, v));
    }
    forPixels(4 / vectors, (pixel) => {
      for (let v = 0; v < vectors; v++) {
        load(GRADIENT, DY, pixel, v);
        load(DISTANCE, MAP, pixel, v);
        assembler.subtract(DISTANCE, DISTANCE, MEANS[v]);
        if (mask === "normalized") {
          normalize(assembler, v);
          maskGradient(assembler, activation);
        }
        assembler.subtract(GRADIENT, GRADIENT, means[v]);
        assembler.subtractProduct(GRADIENT, DISTANCE, slopes[v]);
        assembler.multiply(GRADIENT, GRADIENT, FACTORS[v]);
        store(DX, pixel, v, GRADIENT, [VALUE, DISTANCE]);
      }
    });
  });
  return assembler.finish();
}
