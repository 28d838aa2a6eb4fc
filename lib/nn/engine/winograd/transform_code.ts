import { Assembler, type Memory, type Register, type Vector, VECTOR_NUMBERS } from "../../../machine_code/mod.ts";
import type { Activation } from "../engine_layers.ts";
import { countTiles, type TileRun } from "./tile_runs.ts";
import { type TileSize, WINOGRAD_MATRICES } from "../../ops/winograd_matrices.ts";

/** Where tiles are in a map, and where their transforms are. Distances are bytes. */
export interface TransformShape {
  tile: TileSize;
  rows: readonly TileRun[];
  columns: readonly TileRun[];
  /** Channels, a multiple of eight. */
  channels: number;
  /** Distance between neighbouring pixels of a tile. */
  rowStride: number;
  columnStride: number;
  /** Distance between the planes of the transforms: one for each product, `[tiles, channels]`. */
  planeStride: number;
}

/** What is done with the results. */
export interface OutputOptions {
  /** Whether they are added to what is there already. */
  sum: boolean;
  activation?: Activation;
}

/** Bytes of a vector. */
const VECTOR = 4 * VECTOR_NUMBERS;

/** Registers: the pixels of the current tile, its transforms, and the biases of the current channels. */
const PIXELS = "rsi", PLANES = "rdi", BIASES = "r8", FIRST_BIAS = "r9";
const ROW_COUNTER = "r10", COLUMN_COUNTER = "r11", CHANNEL_COUNTER = "rdx";

/** Registers for a row of sums, for a result, and from there on for constants. */
const ROW: Vector = 0, RESULT: Vector = 6, CONSTANTS: Vector = 8;

/** A number times a vector. */
interface Term {
  coefficient: number;
  source: Vector | Memory;
}

/** Writes sums of products with constants, which have registers of their own. */
class Sums {
  readonly #registers = new Map<number, Vector>();

  constructor(readonly assembler: Assembler) {}

  /** Loads constants into registers, if they are not there yet. */
  keep(...values: number[]): void {
    for (const value of values) {
      if (this.#registers.has(value)) continue;
      const register = CONSTANTS + this.#registers.size;
      if (value === 0) this.assembler.clear(register);
      else this.assembler.fill(register, value);
      this.#registers.set(value, register);
    }
  }

  constant(value: number): Vector {
    return this.#registers.get(value)!;
  }

  /** Writes the sum of terms; 0 without any. */
  write(to: Vector, terms: readonly Term[]): void {
    const { assembler } = this;
    // A positive term without a factor is a good beginning, and another term without one a good second.
    const order = ({ coefficient }: Term) => [1, -1].includes(coefficient) ? coefficient : 0;
    const sorted = [...terms].sort((a, b) => order(b) - order(a)), [first, ...others] = sorted;
    if (!first) return assembler.clear(to);
    if (first.coefficient === 1) assembler.load(to, first.source);
    else if (first.coefficient > 0) assembler.multiply(to, this.constant(first.coefficient), first.source);
    else {
      assembler.clear(to);
      others.unshift(first);
    }
    for (const { coefficient, source } of others) {
      const size = Math.abs(coefficient);
      if (size === 1) assembler[coefficient > 0 ? "add" : "subtract"](to, to, source);
      else assembler[coefficient > 0 ? "addProduct" : "subtractProduct"](to, this.constant(size), source);
    }
  }
}

/** Returns the factors of a matrix that need a register. */
function factors(matrix: readonly (readonly number[])[]): number[] {
  return [...new Set(matrix.flat().map(Math.abs))].filter((value) => value > 1);
}

/** Returns the terms of a row of a matrix whose sources exist. */
function terms(row: readonly number[], source: (index: number) => Vector | Memory | undefined): Term[] {
  return row.flatMap((coefficient, index) => {
    const from = coefficient === 0 ? undefined : source(index);
    return from === undefined ? [] : [{ coefficient, source: from }];
  });
}

/**
 * Writes loops over the tiles and over their channels. `body` finds the first pixel of the tile at `PIXELS`, with the
 * current channels, and the first transform at `PLANES`.
 */
function forTiles(
  assembler: Assembler,
  { tile, rows, columns, channels, rowStride, columnStride }: TransformShape,
  startTile: () => void,
  body: (row: TileRun, column: TileRun) => void,
  step: readonly Register[],
): void {
  const bytes = 4 * channels, lineTiles = countTiles(columns);
  // Where the addresses are, relative to the first tile.
  let pixels = 0, planes = 0;
  const moveTo = (row: number, column: number) => {
    const nextPixels = tile * (row * rowStride + column * columnStride),
      nextPlanes = (row * lineTiles + column) * bytes;
    assembler.advance(PIXELS, nextPixels - pixels);
    assembler.advance(PLANES, nextPlanes - planes);
    [pixels, planes] = [nextPixels, nextPlanes];
  };
  for (const row of rows) {
    for (const column of columns) {
      moveTo(row.first, column.first);
      assembler.repeat(ROW_COUNTER, row.count, () => {
        assembler.repeat(COLUMN_COUNTER, column.count, () => {
          startTile();
          assembler.repeat(CHANNEL_COUNTER, channels / VECTOR_NUMBERS, () => {
            body(row, column);
            for (const register of step) assembler.advance(register, VECTOR);
          });
          // The transforms of the next tile follow at once.
          assembler.advance(PIXELS, tile * columnStride - bytes);
        });
        assembler.advance(PIXELS, tile * (rowStride - column.count * columnStride));
        assembler.advance(PLANES, (lineTiles - column.count) * bytes);
      });
      pixels += row.count * tile * rowStride;
      planes += row.count * lineTiles * bytes;
    }
  }
}

/**
 * Writes the code that computes `Bᵀ d B` of each tile. Its arguments are the addresses of the first pixel that is written
 * by the first tile, and of the transforms `[products, tiles, channels]`.
 */
export function inputTransformCode(shape: TransformShape): Uint8Array<ArrayBuffer> {
  const assembler = new Assembler(), sums = new Sums(assembler), { rowStride, columnStride, planeStride } = shape;
  const { input } = WINOGRAD_MATRICES[shape.tile];
  assembler.argument(PIXELS, 0);
  assembler.argument(PLANES, 1);
  sums.keep(...factors(input));
  const body = ({ inside: rows }: TileRun, { inside: columns }: TileRun) => {
    input.forEach((rowFactors, i) => {
      for (let j = columns.first; j < columns.end; j++) {
        // The first pixel that a tile reads is the one before the first that it writes.
        const pixel = (k: number) =>
          k < rows.first || k >= rows.end
            ? undefined
            : { base: PIXELS, offset: (k - 1) * rowStride + (j - 1) * columnStride } as const;
        sums.write(ROW + j, terms(rowFactors, pixel));
      }
      input.forEach((columnFactors, j) => {
        const isInside = (k: number) => k < columns.first || k >= columns.end ? undefined : ROW + k;
        sums.write(RESULT, terms(columnFactors, isInside));
        assembler.store({ base: PLANES, offset: (i * input.length + j) * planeStride }, RESULT);
      });
    });
  };
  forTiles(assembler, shape, () => {}, body, [PIXELS, PLANES]);
  return assembler.finish();
}

/**
 * Writes the code that computes `Aᵀ m A` of each tile, adds biases, and perhaps what is there already, and applies the
 * activation. Its arguments are the addresses of the first pixel, of the products `[products, tiles, channels]`, and of
 * the biases.
 */
export function outputTransformCode(
  shape: TransformShape,
  { sum, activation }: OutputOptions,
): Uint8Array<ArrayBuffer> {
  const assembler = new Assembler(), sums = new Sums(assembler), { rowStride, columnStride, planeStride } = shape;
  const { output, input } = WINOGRAD_MATRICES[shape.tile], products = input.length;
  assembler.argument(PIXELS, 0);
  assembler.argument(PLANES, 1);
  assembler.argument(FIRST_BIAS, 2);
  sums.keep(...factors(output), ...(activation ? [0] : []), ...(activation === "relu6" ? [6] : []));
  const body = (rows: TileRun, columns: TileRun) => {
    for (let y = 0; y < rows.written; y++) {
      for (let j = 0; j < products; j++) {
        const product = (i: number) => ({ base: PLANES, offset: (i * products + j) * planeStride }) as const;
        sums.write(ROW + j, terms(output[y], product));
      }
      for (let x = 0; x < columns.written; x++) {
        const pixel = { base: PIXELS, offset: y * rowStride + x * columnStride } as const;
        sums.write(RESULT, terms(output[x], (j) => ROW + j));
        assembler.add(RESULT, RESULT, { base: BIASES, offset: 0 });
        if (sum) assembler.add(RESULT, RESULT, pixel);
        if (activation) assembler.maximum(RESULT, sums.constant(0), RESULT);
        if (activation === "relu6") assembler.minimum(RESULT, sums.constant(6), RESULT);
        assembler.store(pixel, RESULT);
      }
    }
  };
  forTiles(assembler, shape, () => assembler.copy(BIASES, FIRST_BIAS), body, [PIXELS, PLANES, BIASES]);
  return assembler.finish();
}
