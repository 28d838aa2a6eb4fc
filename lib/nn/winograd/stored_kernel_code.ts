import { Assembler, type Vector, type VectorNumbers, vectorNumbers, widestVectors } from "../../machine_code/mod.ts";
import type { KernelShape } from "./kernel_code.ts";
import { MOST_PANEL_COLUMNS, panelColumns } from "./product_code.ts";
import { kernelMatrix } from "./winograd_matrices.ts";

/** Some panels of kernels `[3, 3, inChannels, outChannels]`, and of their transforms. Distances are bytes. */
export interface StoredKernelShape extends KernelShape {
  /** Number of input channels that are transformed, from the first one on. */
  channels: number;
}

const TAPS = 9;

/** Registers for addresses and counters. */
const KERNEL = "rsi", PLANES = "rdi", MATRIX = "r8", BLOCK = "r9";
const PANEL_COUNTER = "r10", ROW_COUNTER = "r11";

/** The register of a factor; those of sums follow. */
const FACTOR: Vector = 0, SUM: Vector = 1;

/** Bytes of temporary memory that {@linkcode storedKernelCode} needs. */
export const STORED_KERNEL_BYTES = 4 * TAPS * MOST_PANEL_COLUMNS;

/**
 * Writes the code that transforms kernels that are kept. Each transform is one sum of products with the nine taps, in their
 * order, as in a matrix product with `kernelMatrix`, whose bits it has. Its arguments are four addresses: of the first panel's
 * columns in the kernel; of its transforms, for each product panels `[channels, columns]`; of `kernelMatrix`; and of temporary
 * memory.
 *
 * @param widest numbers of the widest vectors. Default: this processor's
 */
export function storedKernelCode(
  { tile, inChannels, outChannels, channels, panels, planeStride }: StoredKernelShape,
  widest: VectorNumbers = widestVectors(),
): Uint8Array<ArrayBuffer> {
  const columns = panelColumns(outChannels, widest), numbers = vectorNumbers(columns, widest);
  const assembler = new Assembler(numbers), vectors = columns / numbers, matrix = kernelMatrix(tile);
  const rowBytes = 4 * outChannels, panelBytes = 4 * columns, vectorBytes = 4 * numbers;
  const each = (body: (vector: number) => void) => Array.from({ length: vectors }, (_, vector) => body(vector));
  const kept = (tap: number, vector: number) =>
    ({ base: BLOCK, offset: tap * panelBytes + vector * vectorBytes }) as const;
  ([KERNEL, PLANES, MATRIX, BLOCK] as const).forEach((register, i) => assembler.argument(register, i));
  assembler.repeat(PANEL_COUNTER, panels, () => {
    assembler.repeat(ROW_COUNTER, channels, () => {
      // Taps lie apart by powers of two, often in the same lines of the cache.
      for (let tap = 0; tap < TAPS; tap++) {
        each((v) => {
          assembler.load(SUM + v, { base: KERNEL, offset: tap * inChannels * rowBytes + v * vectorBytes });
          assembler.store(kept(tap, v), SUM + v);
        });
      }
      for (let product = 0; product < matrix.length / TAPS; product++) {
        const at = TAPS * product, taps = [...Array(TAPS).keys()].filter((tap) => matrix[at + tap] !== 0);
        for (const tap of taps) {
          assembler.broadcast(FACTOR, { base: MATRIX, offset: 4 * (at + tap) });
          each((v) => assembler[tap === taps[0] ? "multiply" : "addProduct"](SUM + v, FACTOR, kept(tap, v)));
        }
        each((v) => assembler.store({ base: PLANES, offset: product * planeStride + v * vectorBytes }, SUM + v));
      }
      assembler.advance(KERNEL, rowBytes);
      assembler.advance(PLANES, panelBytes);
    });
    assembler.advance(KERNEL, panelBytes - channels * rowBytes);
  });
  return assembler.finish();
}
