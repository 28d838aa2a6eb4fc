import {
  Assembler,
  type Memory,
  type Vector,
  type VectorNumbers,
  vectorNumbers,
  widestVectors,
} from "../../machine_code/mod.ts";
import { MOST_PANEL_COLUMNS, panelColumns } from "./product_code.ts";
import { factors, inOrder, Sums, terms } from "./sums.ts";
import { type TileSize, WINOGRAD_MATRICES } from "./winograd_matrices.ts";

/** Kernels `[3, 3, inChannels, outChannels]`, and some panels of their transforms. Distances are bytes. */
export interface KernelShape {
  tile: TileSize;
  inChannels: number;
  outChannels: number;
  /** Number of panels that the code transforms. */
  panels: number;
  /** Distance between the planes of the transforms: one for each product. */
  planeStride: number;
}

const TAPS = 3;

/** Vectors of eight, whose rows and columns can be exchanged. */
const EIGHT = 8;

/** Registers for addresses and counters. */
const KERNEL = "rsi", PLANES = "rdi", TURNED = "r8";
const PANEL_COUNTER = "r9", ROW_COUNTER = "r10", VECTOR_COUNTER = "r11", INNER_COUNTER = "rdx";

/** Registers for a row of sums, and for a result. */
const ROW: Vector = 0, RESULT: Vector = 6;

/** Writes `G g Gᵀ` of a vector of kernels, whose taps are at `tap`, and moves both addresses on. */
function transform(
  sums: Sums,
  { tile, planeStride }: KernelShape,
  from: typeof KERNEL | typeof TURNED,
  tapStride: number,
): void {
  const { assembler } = sums, { kernel } = WINOGRAD_MATRICES[tile];
  kernel.forEach((rowFactors, i) => {
    for (let j = 0; j < TAPS; j++) {
      sums.write(ROW + j, terms(rowFactors, (k) => ({ base: from, offset: (TAPS * k + j) * tapStride })));
    }
    kernel.forEach((columnFactors, j) => {
      sums.write(RESULT, terms(columnFactors, (k) => ROW + k));
      assembler.store({ base: PLANES, offset: (i * kernel.length + j) * planeStride }, RESULT);
    });
  });
  for (const register of [from, PLANES] as const) assembler.advance(register, 4 * assembler.numbers);
}

/**
 * Writes the code that transforms kernels for a convolution. Its arguments are the addresses of the first panel's columns
 * in the kernel, and of its transforms: for each product panels `[inChannels, columns]`.
 *
 * @param widest numbers of the widest vectors. Default: this processor's
 */
export function kernelTransformCode(
  shape: KernelShape,
  widest: VectorNumbers = widestVectors(),
): Uint8Array<ArrayBuffer> {
  const { tile, inChannels, outChannels, panels } = shape, columns = panelColumns(outChannels, widest);
  const assembler = new Assembler(vectorNumbers(columns, widest)), sums = new Sums(assembler);
  const rowBytes = 4 * outChannels, panelBytes = 4 * columns;
  assembler.argument(KERNEL, 0);
  assembler.argument(PLANES, 1);
  sums.keep(...factors(WINOGRAD_MATRICES[tile].kernel));
  assembler.repeat(PANEL_COUNTER, panels, () => {
    assembler.repeat(ROW_COUNTER, inChannels, () => {
      assembler.repeat(
        VECTOR_COUNTER,
        columns / assembler.numbers,
        () => transform(sums, shape, KERNEL, inChannels * rowBytes),
      );
      assembler.advance(KERNEL, rowBytes - panelBytes);
    });
    assembler.advance(KERNEL, panelBytes - inChannels * rowBytes);
  });
  return assembler.finish();
}

/** Writes the code that exchanges rows and columns of eight vectors at `from`, and stores them at `to`. */
function turn(assembler: Assembler, from: (row: number) => Memory, to: (row: number) => Memory): void {
  const even = [0, 2, 4, 6];
  for (let row = 0; row < EIGHT; row++) assembler.load(row, from(row));
  // Pairs of rows, then of pairs, then of fours.
  for (const row of even) {
    assembler.interleave(8 + row, row, row + 1, "first");
    assembler.interleave(9 + row, row, row + 1, "last");
  }
  for (const row of [0, 4]) {
    for (const [i, part] of (["first", "last", "first", "last"] as const).entries()) {
      const half = i >> 1;
      assembler.pairs(row + i, 8 + row + half, 10 + row + half, part);
    }
  }
  for (let row = 0; row < 4; row++) {
    assembler.halves(8 + row, row, row + 4, "first");
    assembler.halves(12 + row, row, row + 4, "last");
  }
  for (let row = 0; row < EIGHT; row++) assembler.store(to(row), 8 + row);
}

/** Bytes of temporary memory that {@linkcode turnedKernelTransformCode} needs. */
export const TURNED_BYTES = TAPS ** 2 * EIGHT * 4 * MOST_PANEL_COLUMNS;

/**
 * Writes the code that transforms kernels for the gradient by the input: the convolution of `outChannels` to `inChannels`
 * with the taps in reverse order. Its arguments are the addresses of the first panel's input channels in the kernel, of its
 * transforms: for each product panels `[outChannels, columns]`, and of temporary memory.
 *
 * @param widest numbers of the widest vectors. Default: this processor's
 */
export function turnedKernelTransformCode(
  shape: KernelShape,
  widest: VectorNumbers = widestVectors(),
): Uint8Array<ArrayBuffer> {
  const { tile, inChannels, outChannels, panels } = shape, columns = panelColumns(inChannels, widest);
  const assembler = new Assembler(vectorNumbers(columns, widest));
  const panelBytes = 4 * columns, rowBytes = 4 * outChannels, tapBytes = EIGHT * panelBytes, taps = TAPS ** 2;
  assembler.argument(KERNEL, 0);
  assembler.argument(PLANES, 1);
  assembler.argument(TURNED, 2);
  assembler.repeat(PANEL_COUNTER, panels, () => {
    assembler.repeat(ROW_COUNTER, outChannels / EIGHT, () => {
      for (let tap = 0; tap < taps; tap++) {
        for (let first = 0; first < columns; first += EIGHT) {
          assembler.withEights(() =>
            turn(
              assembler,
              (row) => ({ base: KERNEL, offset: ((taps - 1 - tap) * inChannels + first + row) * rowBytes }),
              (row) => ({ base: TURNED, offset: tap * tapBytes + row * panelBytes + 4 * first }),
            )
          );
        }
      }
      const constants = new Sums(assembler);
      constants.keep(...factors(WINOGRAD_MATRICES[tile].kernel));
      assembler.repeat(
        INNER_COUNTER,
        EIGHT * columns / assembler.numbers,
        () => transform(constants, shape, TURNED, tapBytes),
      );
      assembler.advance(TURNED, -tapBytes);
      assembler.advance(KERNEL, 4 * EIGHT);
    });
    assembler.advance(KERNEL, columns * rowBytes - 4 * outChannels);
  });
  return assembler.finish();
}

/** Sums of products of transformed inputs and gradients, which are added and transformed back. Distances are bytes. */
export interface KernelGradientShape {
  tile: TileSize;
  inChannels: number;
  outChannels: number;
  /** Number of sums, at most {@linkcode MOST_PARTS}. */
  parts: number;
  /** Number of input channels that the code computes. */
  channels: number;
  /** Distance between the planes of a sum: one for each product. */
  planeStride: number;
}

/** Registers for the addresses of sums. */
const PARTS = ["rdi", "r8", "r9", "r10"] as const;

/** Most sums that {@linkcode kernelGradientCode} adds. Each takes the memory of a transformed kernel. */
export const MOST_PARTS = PARTS.length;

/**
 * Writes the code that computes `Gᵀ (sum of parts) G`: the gradient by kernels. Its arguments are the addresses of the first
 * channel in the gradient `[3, 3, inChannels, outChannels]`, and in each part `[products, channels, outChannels]`.
 *
 * @param widest numbers of the widest vectors. Default: this processor's
 */
export function kernelGradientCode(
  { tile, inChannels, outChannels, planeStride, parts, channels }: KernelGradientShape,
  widest?: VectorNumbers,
): Uint8Array<ArrayBuffer> {
  const assembler = new Assembler(vectorNumbers(outChannels, widest)),
    sums = new Sums(assembler),
    { kernel } = WINOGRAD_MATRICES[tile];
  if (parts > MOST_PARTS) throw new RangeError(`${parts} sums are too many`);
  const registers = PARTS.slice(0, parts), tapStride = 4 * inChannels * outChannels;
  const columns = Array.from({ length: TAPS }, (_, index) => kernel.map((row) => row[index]));
  assembler.argument(KERNEL, 0);
  registers.forEach((register, part) => assembler.argument(register, part + 1));
  sums.keep(...factors(kernel));
  assembler.repeat(INNER_COUNTER, channels * outChannels / assembler.numbers, () => {
    for (let row = 0; row < TAPS; row++) {
      kernel.forEach((_, j) => {
        const from = registers.flatMap((base) =>
          terms(columns[row], (i) => ({ base, offset: (i * kernel.length + j) * planeStride }))
        );
        sums.write(ROW + j, inOrder(from, ({ coefficient }) => coefficient));
      });
      for (let j = 0; j < TAPS; j++) {
        sums.write(RESULT, terms(columns[j], (k) => ROW + k));
        assembler.store({ base: KERNEL, offset: (TAPS * row + j) * tapStride }, RESULT);
      }
    }
    for (const register of [KERNEL, ...registers] as const) assembler.advance(register, 4 * assembler.numbers);
  });
  return assembler.finish();
}
