import { Assembler, type Vector, type VectorNumbers, vectorNumbers, widestVectors } from "../../machine_code/mod.ts";

/** Products of matrices `[rows, inner]` and `[inner, columns]`, one after the other. Distances are bytes. */
export interface ProductShape {
  products: number;
  rows: number;
  /** A multiple of eight. */
  inner: number;
  /** A multiple of eight. */
  columns: number;
  /** Distance between the left matrices, and between the results. */
  leftStride: number;
  resultStride: number;
  /** Distance between the right matrices. Default: they follow one another. */
  rightStride?: number;
}

/** Registers for addresses and counters. */
export const LEFT = "rsi", RIGHT = "rdi", RESULT = "r8";
const PRODUCT_COUNTER = "r9", PANEL_COUNTER = "r10", ROWS_COUNTER = "r11", INNER_COUNTER = "rdx";

/** How often the innermost loop is unrolled. */
const UNROLLED = 8;

/** Most columns that lie side by side: two vectors of sixteen. */
export const MOST_PANEL_COLUMNS = 32;

/**
 * Returns how many columns of a right matrix lie side by side: see {@linkcode productCode}. Two vectors if that is possible.
 *
 * @param widest numbers of the widest vectors. Default: this processor's
 */
export function panelColumns(columns: number, widest: VectorNumbers = widestVectors()): number {
  return [2 * widest, 16].find((panel) => columns % panel === 0) ?? 8;
}

/** The innermost loop: rows of the result and vectors of a panel stay in registers. */
interface ProductRegisters {
  assembler: Assembler;
  /** Vectors of a panel, and the bytes of one. */
  vectors: number;
  bytes: number;
  /** Most rows that are computed at once. */
  most: number;
  /** The first of the registers for a row of the right matrix, and of two for a number of the left one. */
  right: Vector;
  left: Vector;
}

/** @param widest numbers of the widest vectors. Default: this processor's */
export function productRegisters(panel: number, widest: VectorNumbers = widestVectors()): ProductRegisters {
  const numbers = vectorNumbers(panel, widest), assembler = new Assembler(numbers), vectors = panel / numbers;
  const left = 2 * numbers - 2, right = left - vectors;
  return { assembler, vectors, bytes: 4 * numbers, most: Math.floor(right / vectors), right, left };
}

/** Divides `rows` into as few blocks of at most `most` as possible, of nearly the same size. */
export function rowBlocks(rows: number, most: number): { rows: number; count: number }[] {
  const blocks = Math.ceil(rows / most), least = Math.floor(rows / blocks), longer = rows % blocks;
  return [{ rows: least + 1, count: longer }, { rows: least, count: blocks - longer }].filter(({ count }) => count > 0);
}

/** Writes products of numbers of the left operand, one of each row, with a row of the right one, which are added to the sums. */
export function multiplyRow(
  { assembler, vectors, bytes, ...registers }: ProductRegisters,
  rows: number,
  left: (row: number) => number,
  right: number,
): void {
  for (let v = 0; v < vectors; v++) {
    assembler.load(registers.right + v, { base: RIGHT, offset: right + bytes * v });
  }
  for (let row = 0; row < rows; row++) {
    const number = registers.left + row % 2;
    assembler.broadcast(number, { base: LEFT, offset: left(row) });
    for (let v = 0; v < vectors; v++) assembler.addProduct(row * vectors + v, number, registers.right + v);
  }
}

/**
 * Writes the code that multiplies matrices. Its arguments are the addresses of the left matrices `[rows, inner]`, of the
 * right ones in panels `[columns / panel, inner, panel]`, and of the results `[rows, columns]`.
 *
 * @param widest numbers of the widest vectors. Default: this processor's
 */
export function productCode(
  { products, rows, inner, columns, leftStride, resultStride, rightStride = 4 * inner * columns }: ProductShape,
  widest: VectorNumbers = widestVectors(),
): Uint8Array<ArrayBuffer> {
  const panel = panelColumns(columns, widest),
    kernel = productRegisters(panel, widest),
    { assembler, vectors, bytes } = kernel;
  const leftRow = 4 * inner, resultRow = 4 * columns, panelRow = 4 * panel;
  /** Computes `count` rows of a panel, and moves on to the next ones. */
  const block = (count: number) => {
    for (let each = 0; each < count * vectors; each++) assembler.clear(each);
    assembler.repeat(INNER_COUNTER, inner / UNROLLED, () => {
      for (let k = 0; k < UNROLLED; k++) multiplyRow(kernel, count, (row) => row * leftRow + 4 * k, k * panelRow);
      assembler.advance(LEFT, 4 * UNROLLED);
      assembler.advance(RIGHT, UNROLLED * panelRow);
    });
    for (let row = 0; row < count; row++) {
      for (let v = 0; v < vectors; v++) {
        assembler.store({ base: RESULT, offset: row * resultRow + bytes * v }, row * vectors + v);
      }
    }
    assembler.advance(LEFT, (count - 1) * leftRow);
    assembler.advance(RIGHT, -inner * panelRow);
    assembler.advance(RESULT, count * resultRow);
  };
  assembler.argument(LEFT, 0);
  assembler.argument(RIGHT, 1);
  assembler.argument(RESULT, 2);
  assembler.repeat(PRODUCT_COUNTER, products, () => {
    assembler.repeat(PANEL_COUNTER, columns / panel, () => {
      for (const { rows: height, count } of rowBlocks(rows, kernel.most)) {
        assembler.repeat(ROWS_COUNTER, count, () => block(height));
      }
      assembler.advance(LEFT, -rows * leftRow);
      assembler.advance(RIGHT, inner * panelRow);
      assembler.advance(RESULT, panelRow - rows * resultRow);
    });
    assembler.advance(LEFT, leftStride);
    assembler.advance(RIGHT, rightStride - 4 * inner * columns);
    assembler.advance(RESULT, resultStride - resultRow);
  });
  return assembler.finish();
}

/** Sums over tiles of products of transformed inputs and gradients, both in panels. Distances are bytes. */
export interface GradientProductShape {
  products: number;
  tiles: number;
  /** Channels of the left and of the right transforms, multiples of eight. */
  rows: number;
  columns: number;
  /** Columns of the left panels. */
  leftPanel: number;
  /** Distances between the planes of the left transforms, of the right ones, and of the results. */
  leftStride: number;
  rightStride: number;
  resultStride: number;
  /** Whether the sums are added to what is there already. */
  sum: boolean;
}

/**
 * Writes the code that multiplies transforms of inputs and of gradients. Its arguments are the addresses of the left and of
 * the right transforms, in panels `[channels / panel, tiles, panel]`, and of the results `[rows, columns]`.
 *
 * @param widest numbers of the widest vectors. Default: this processor's
 */
export function gradientProductCode(
  { products, tiles, rows, columns, leftPanel, leftStride, rightStride, resultStride, sum }: GradientProductShape,
  widest: VectorNumbers = widestVectors(),
): Uint8Array<ArrayBuffer> {
  const panel = panelColumns(columns, widest),
    kernel = productRegisters(panel, widest),
    { assembler, vectors, bytes } = kernel;
  const leftTile = 4 * leftPanel, rightTile = 4 * panel, resultRow = 4 * columns;
  /** Computes `count` rows from `first` on of a panel of the left transforms. */
  const block = (first: number, count: number) => {
    const result = (row: number, v: number) =>
      ({ base: RESULT, offset: (first + row) * resultRow + bytes * v }) as const;
    for (let row = 0; row < count; row++) {
      for (let v = 0; v < vectors; v++) {
        const register = row * vectors + v;
        if (sum) assembler.load(register, result(row, v));
        else assembler.clear(register);
      }
    }
    const steps = (unrolled: number) => {
      for (let k = 0; k < unrolled; k++) {
        multiplyRow(kernel, count, (row) => k * leftTile + 4 * (first + row), k * rightTile);
      }
      assembler.advance(LEFT, unrolled * leftTile);
      assembler.advance(RIGHT, unrolled * rightTile);
    };
    assembler.repeat(INNER_COUNTER, Math.floor(tiles / UNROLLED), () => steps(UNROLLED));
    if (tiles % UNROLLED) steps(tiles % UNROLLED);
    for (let row = 0; row < count; row++) {
      for (let v = 0; v < vectors; v++) assembler.store(result(row, v), row * vectors + v);
    }
    assembler.advance(LEFT, -tiles * leftTile);
    assembler.advance(RIGHT, -tiles * rightTile);
  };
  assembler.argument(LEFT, 0);
  assembler.argument(RIGHT, 1);
  assembler.argument(RESULT, 2);
  assembler.repeat(PRODUCT_COUNTER, products, () => {
    assembler.repeat(PANEL_COUNTER, columns / panel, () => {
      assembler.repeat(ROWS_COUNTER, rows / leftPanel, () => {
        let first = 0;
        for (const { rows: height, count } of rowBlocks(leftPanel, kernel.most)) {
          for (let each = 0; each < count; each++) {
            block(first, height);
            first += height;
          }
        }
        assembler.advance(LEFT, tiles * leftTile);
        assembler.advance(RESULT, leftPanel * resultRow);
      });
      assembler.advance(LEFT, -rows / leftPanel * tiles * leftTile);
      assembler.advance(RIGHT, tiles * rightTile);
      assembler.advance(RESULT, rightTile - rows * resultRow);
    });
    assembler.advance(LEFT, leftStride);
    assembler.advance(RIGHT, rightStride - columns / panel * tiles * rightTile);
    assembler.advance(RESULT, resultStride - columns / panel * rightTile);
  });
  return assembler.finish();
}
