import { Assembler, type Vector, VECTOR_NUMBERS } from "../../machine_code/mod.ts";

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
const LEFT = "rsi", RIGHT = "rdi", RESULT = "r8";
const PRODUCT_COUNTER = "r9", PANEL_COUNTER = "r10", ROWS_COUNTER = "r11", INNER_COUNTER = "rdx";

/** Rows of the result that are computed at once: with two vectors each, they take 12 of the 16 registers. */
const ROWS = 6;

/** Registers: the numbers of the right matrix, and one number of the left one. */
const RIGHT_NUMBERS: Vector = 12, LEFT_NUMBER: Vector = 14;

/** How often the innermost loop is unrolled. */
const UNROLLED = 8;

/** Returns how many columns of a right matrix lie side by side: see {@linkcode productCode}. */
export function panelColumns(columns: number): number {
  return columns % (2 * VECTOR_NUMBERS) === 0 ? 2 * VECTOR_NUMBERS : VECTOR_NUMBERS;
}

/**
 * Writes the code that multiplies matrices. Its arguments are the addresses of the left matrices `[rows, inner]`, of the
 * right ones in panels `[columns / panel, inner, panel]`, and of the results `[rows, columns]`.
 */
export function productCode(shape: ProductShape): Uint8Array<ArrayBuffer> {
  const { products, rows, inner, columns, leftStride, resultStride, rightStride = 4 * inner * columns } = shape;
  const assembler = new Assembler(), panel = panelColumns(columns), vectors = panel / VECTOR_NUMBERS;
  const leftRow = 4 * inner, resultRow = 4 * columns, panelRow = 4 * panel;
  /** Computes `count` rows of a panel, and moves on to the next ones. */
  const block = (count: number) => {
    for (let each = 0; each < count * vectors; each++) assembler.clear(each);
    assembler.repeat(INNER_COUNTER, inner / UNROLLED, () => {
      for (let k = 0; k < UNROLLED; k++) {
        for (let v = 0; v < vectors; v++) {
          assembler.load(RIGHT_NUMBERS + v, { base: RIGHT, offset: k * panelRow + 32 * v });
        }
        for (let row = 0; row < count; row++) {
          const left = LEFT_NUMBER + row % 2;
          assembler.broadcast(left, { base: LEFT, offset: row * leftRow + 4 * k });
          for (let v = 0; v < vectors; v++) assembler.addProduct(row * vectors + v, left, RIGHT_NUMBERS + v);
        }
      }
      assembler.advance(LEFT, 4 * UNROLLED);
      assembler.advance(RIGHT, UNROLLED * panelRow);
    });
    for (let row = 0; row < count; row++) {
      for (let v = 0; v < vectors; v++) {
        assembler.store({ base: RESULT, offset: row * resultRow + 32 * v }, row * vectors + v);
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
      assembler.repeat(ROWS_COUNTER, Math.floor(rows / ROWS), () => block(ROWS));
      if (rows % ROWS) block(rows % ROWS);
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

/** Rows of a panel that are computed at once. */
const GRADIENT_ROWS: Readonly<Record<number, readonly number[]>> = { 8: [4, 4], 16: [6, 5, 5] };

/**
 * Writes the code that multiplies transforms of inputs and of gradients. Its arguments are the addresses of the left and of
 * the right transforms, in panels `[channels / panel, tiles, panel]`, and of the results `[rows, columns]`.
 */
export function gradientProductCode(shape: GradientProductShape): Uint8Array<ArrayBuffer> {
  const { products, tiles, rows, columns, leftPanel, leftStride, rightStride, resultStride, sum } = shape;
  const assembler = new Assembler(), panel = panelColumns(columns), vectors = panel / VECTOR_NUMBERS;
  const leftTile = 4 * leftPanel, rightTile = 4 * panel, resultRow = 4 * columns;
  /** Computes `count` rows from `first` on of a panel of the left transforms. */
  const block = (first: number, count: number) => {
    const result = (row: number, v: number) => ({ base: RESULT, offset: (first + row) * resultRow + 32 * v } as const);
    for (let row = 0; row < count; row++) {
      for (let v = 0; v < vectors; v++) {
        const register = row * vectors + v;
        if (sum) assembler.load(register, result(row, v));
        else assembler.clear(register);
      }
    }
    const steps = (unrolled: number) => {
      for (let k = 0; k < unrolled; k++) {
        for (let v = 0; v < vectors; v++) {
          assembler.load(RIGHT_NUMBERS + v, { base: RIGHT, offset: k * rightTile + 32 * v });
        }
        for (let row = 0; row < count; row++) {
          const left = LEFT_NUMBER + row % 2;
          assembler.broadcast(left, { base: LEFT, offset: k * leftTile + 4 * (first + row) });
          for (let v = 0; v < vectors; v++) assembler.addProduct(row * vectors + v, left, RIGHT_NUMBERS + v);
        }
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
        for (const count of GRADIENT_ROWS[leftPanel]) {
          block(first, count);
          first += count;
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
