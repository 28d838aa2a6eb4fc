import type { Register, VectorNumbers } from "../../../machine_code/mod.ts";
import { LEFT, multiplyRow, productRegisters, RESULT, RIGHT, rowBlocks } from "../../winograd/product_code.ts";

/** Distances in a map, in bytes: from a pixel to the next one, from a line, and from an image. */
export interface MapStrides {
  pixel: number;
  line: number;
  image: number;
}

/**
 * A correlation of a map with another one: `sum over images, y, x of left[y · stride + i, x · stride + j] · right[y, x]`, for each
 * pair of channels and all `i` and `j` below `side`.
 */
export interface CorrelationShape {
  /** Of the right map. */
  images: number;
  rows: number;
  columns: number;
  side: number;
  stride: number;
  /** Channels of the left map. */
  leftChannels: number;
  /** Channels of the right map that are computed: panels of `panel` each, a multiple of eight. */
  panels: number;
  panel: number;
  left: MapStrides;
  right: MapStrides;
  /** Distance between the results of two neighbouring channels of the left map, in bytes. */
  resultRow: number;
}

/** Counters of loops. */
const IMAGE: Register = "rax", BLOCK: Register = "rcx", PANEL: Register = "rdx", SCALARS: Register = "r9";
const ROW: Register = "r10", COLUMN: Register = "r11";

/** How often the innermost loop is unrolled. */
const UNROLLED = 4;

/** Pixels whose products are summed in registers before the next numbers: few, so that both maps' lines stay in the cache. */
const SUMMED = 64;

/**
 * Writes the code of a correlation. Its arguments are the addresses of the left map's first number, of the first channel of
 * the right map, and of the result's: `[side, side, left channels, right channels]`.
 *
 * @param widest numbers of the widest vectors. Default: this processor's
 */
export function correlationCode(shape: CorrelationShape, widest?: VectorNumbers): Uint8Array<ArrayBuffer> {
  const { images, rows, columns, side, stride, panels, panel, left, right, resultRow } = shape;
  const registers = productRegisters(panel, widest), { assembler, vectors, bytes, most } = registers;
  // The taps of a line lie side by side, with all their channels.
  const scalars = side * shape.leftChannels, panelBytes = 4 * panel, lineBytes = scalars * resultRow;
  const step = stride * left.pixel, row = stride * left.line;
  const eachVector = (count: number, body: (register: number, offset: number) => void) => {
    for (let each = 0; each < count; each++) {
      for (let v = 0; v < vectors; v++) body(each * vectors + v, each * resultRow + bytes * v);
    }
  };
  const pixels = (count: number, scalars: number) => {
    for (let pixel = 0; pixel < count; pixel++) {
      multiplyRow(registers, scalars, (each) => pixel * step + 4 * each, pixel * right.pixel);
    }
    assembler.advance(LEFT, count * step);
    assembler.advance(RIGHT, count * right.pixel);
  };
  /** Adds the products of some rows of pixels with `count` numbers of the left map, and moves on to the next numbers. */
  const sum = (height: number, count: number) => {
    eachVector(count, (register, offset) => assembler.load(register, { base: RESULT, offset }));
    assembler.repeat(ROW, height, () => {
      assembler.repeat(COLUMN, Math.floor(columns / UNROLLED), () => pixels(UNROLLED, count));
      if (columns % UNROLLED) pixels(columns % UNROLLED, count);
      assembler.advance(LEFT, row - columns * step);
      assembler.advance(RIGHT, right.line - columns * right.pixel);
    });
    eachVector(count, (register, offset) => assembler.store({ base: RESULT, offset }, register));
    assembler.advance(LEFT, 4 * count - height * row);
    assembler.advance(RIGHT, -height * right.line);
    assembler.advance(RESULT, count * resultRow);
  };
  assembler.argument(LEFT, 0);
  assembler.argument(RIGHT, 1);
  assembler.argument(RESULT, 2);
  assembler.clear(0);
  assembler.repeat(PANEL, panels, () => {
    assembler.repeat(SCALARS, side * scalars, () => {
      for (let v = 0; v < vectors; v++) assembler.store({ base: RESULT, offset: bytes * v }, 0);
      assembler.advance(RESULT, resultRow);
    });
    assembler.advance(RESULT, panelBytes - side * lineBytes);
  });
  assembler.advance(RESULT, -panels * panelBytes);
  assembler.repeat(IMAGE, images, () => {
    for (const { rows: height, count } of rowBlocks(rows, Math.max(1, Math.floor(SUMMED / columns)))) {
      assembler.repeat(BLOCK, count, () => {
        for (let tap = 0; tap < side; tap++) {
          assembler.repeat(PANEL, panels, () => {
            for (const block of rowBlocks(scalars, most)) {
              assembler.repeat(SCALARS, block.count, () => sum(height, block.rows));
            }
            assembler.advance(LEFT, -4 * scalars);
            assembler.advance(RIGHT, panelBytes);
            assembler.advance(RESULT, panelBytes - lineBytes);
          });
          assembler.advance(LEFT, left.line);
          assembler.advance(RIGHT, -panels * panelBytes);
          assembler.advance(RESULT, lineBytes - panels * panelBytes);
        }
        assembler.advance(LEFT, height * row - side * left.line);
        assembler.advance(RIGHT, height * right.line);
        assembler.advance(RESULT, -side * lineBytes);
      });
    }
    assembler.advance(LEFT, left.image - rows * row);
    assembler.advance(RIGHT, right.image - rows * right.line);
  });
  return assembler.finish();
}
