import { Assembler, type Register, type Vector, type VectorNumbers, vectorNumbers } from "../../machine_code/mod.ts";
import type { Activation, Range } from "../engine/engine_layers.ts";
import { factors, Sums, terms } from "./sums.ts";
import { countTiles, type TileRun } from "./tile_runs.ts";
import { type TileSize, WINOGRAD_MATRICES } from "./winograd_matrices.ts";

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
  /** If a plane has panels, `[channels / columns, tiles, columns]`: their columns, and the distance between them. */
  panels?: { columns: number; stride: number };
}

/** What is done with the results. */
export interface OutputOptions {
  /** Whether they are added to what is there already. */
  sum: boolean;
  activation?: Activation;
  /** Whether biases are added. Default: they are. */
  bias?: boolean;
}

/** Registers: the pixels of the current tile, its transforms, and the biases of the current channels. */
const PIXELS = "rsi", PLANES = "rdi", BIASES = "r8", FIRST_BIAS = "r9";
const ROW_COUNTER = "r10", COLUMN_COUNTER = "r11", CHANNEL_COUNTER = "rdx", PANEL_COUNTER = "rax";

/** Registers for a row of sums, and for a result. */
const ROW: Vector = 0, RESULT: Vector = 6;

/**
 * Writes loops over the tiles and over their channels. `body` finds the first pixel of the tile at `PIXELS`, with the
 * current channels, and the first transform at `PLANES`.
 */
function forTiles(
  assembler: Assembler,
  { tile, rows, columns, channels, rowStride, columnStride, panels }: TransformShape,
  startTile: () => void,
  body: (row: TileRun, column: TileRun) => void,
  step: readonly Register[],
): void {
  const bytes = 4 * (panels?.columns ?? channels), lineTiles = countTiles(columns);
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
          const channelVector = () => {
            body(row, column);
            for (const register of step) assembler.advance(register, 4 * assembler.numbers);
          };
          if (panels) {
            assembler.repeat(CHANNEL_COUNTER, channels / panels.columns, () => {
              assembler.repeat(PANEL_COUNTER, panels.columns / assembler.numbers, channelVector);
              assembler.advance(PLANES, panels.stride - bytes);
            });
            assembler.advance(PLANES, bytes - channels / panels.columns * panels.stride);
          } else assembler.repeat(CHANNEL_COUNTER, channels / assembler.numbers, channelVector);
          // The transforms of the next tile follow at once.
          assembler.advance(PIXELS, tile * columnStride - 4 * channels);
        });
        assembler.advance(PIXELS, tile * (rowStride - column.count * columnStride));
        assembler.advance(PLANES, (lineTiles - column.count) * bytes);
      });
      pixels += row.count * tile * rowStride;
      planes += row.count * lineTiles * bytes;
    }
  }
}

/** Returns an assembler with the widest vectors that divide the channels of a shape. */
function assemblerFor({ channels, panels }: TransformShape, widest?: VectorNumbers): Assembler {
  return new Assembler(vectorNumbers(panels?.columns ?? channels, widest));
}

/** Writes the code that computes `M p Mᵀ` of the pixels `p` of each tile: those of a line from `first` on that are inside. */
function tilesToPlanes(
  shape: TransformShape,
  matrix: readonly (readonly number[])[],
  first: number,
  insideOf: (run: TileRun) => Range,
  widest?: VectorNumbers,
): Uint8Array<ArrayBuffer> {
  const assembler = assemblerFor(shape, widest),
    sums = new Sums(assembler),
    { rowStride, columnStride, planeStride } = shape;
  assembler.argument(PIXELS, 0);
  assembler.argument(PLANES, 1);
  sums.keep(...factors(matrix));
  const body = (row: TileRun, column: TileRun) => {
    const rows = insideOf(row), columns = insideOf(column);
    matrix.forEach((rowFactors, i) => {
      for (let j = columns.first; j < columns.end; j++) {
        const pixel = (k: number) =>
          k < rows.first || k >= rows.end
            ? undefined
            : { base: PIXELS, offset: (first + k) * rowStride + (first + j) * columnStride } as const;
        sums.write(ROW + j, terms(rowFactors, pixel));
      }
      matrix.forEach((columnFactors, j) => {
        const isInside = (k: number) => k < columns.first || k >= columns.end ? undefined : ROW + k;
        sums.write(RESULT, terms(columnFactors, isInside));
        assembler.store({ base: PLANES, offset: (i * matrix.length + j) * planeStride }, RESULT);
      });
    });
  };
  forTiles(assembler, shape, () => {}, body, [PIXELS, PLANES]);
  return assembler.finish();
}

/**
 * Writes the code that computes `Bᵀ d B` of each tile. Its arguments are the addresses of the first pixel that is written
 * by the first tile, and of the transforms `[products, tiles, channels]`.
 *
 * @param widest numbers of the widest vectors. Default: this processor's
 */
export function inputTransformCode(shape: TransformShape, widest?: VectorNumbers): Uint8Array<ArrayBuffer> {
  // The first pixel that a tile reads is the one before the first that it writes.
  return tilesToPlanes(shape, WINOGRAD_MATRICES[shape.tile].input, -1, ({ inside }) => inside, widest);
}

/**
 * Writes the code that computes `A d Aᵀ` of each tile of a gradient by the results. Its arguments are the addresses of the
 * first pixel of the first tile, and of the transforms.
 *
 * @param widest numbers of the widest vectors. Default: this processor's
 */
export function gradientTransformCode(shape: TransformShape, widest?: VectorNumbers): Uint8Array<ArrayBuffer> {
  const { input, output } = WINOGRAD_MATRICES[shape.tile];
  const matrix = input.map((_, product) => output.map((pixels) => pixels[product]));
  return tilesToPlanes(shape, matrix, 0, ({ written }) => ({ first: 0, end: written }), widest);
}

/**
 * Writes the code that computes `Aᵀ m A` of each tile, adds biases, and perhaps what is there already, and applies the
 * activation. Its arguments are the addresses of the first pixel, of the products `[products, tiles, channels]`, and of
 * the biases.
 *
 * @param widest numbers of the widest vectors. Default: this processor's
 */
export function outputTransformCode(
  shape: TransformShape,
  { sum, activation, bias = true }: OutputOptions,
  widest?: VectorNumbers,
): Uint8Array<ArrayBuffer> {
  const assembler = assemblerFor(shape, widest),
    sums = new Sums(assembler),
    { rowStride, columnStride, planeStride } = shape;
  const { output, input } = WINOGRAD_MATRICES[shape.tile], products = input.length;
  assembler.argument(PIXELS, 0);
  assembler.argument(PLANES, 1);
  if (bias) assembler.argument(FIRST_BIAS, 2);
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
        if (bias) assembler.add(RESULT, RESULT, { base: BIASES, offset: 0 });
        if (sum) assembler.add(RESULT, RESULT, pixel);
        if (activation) assembler.maximum(RESULT, sums.constant(0), RESULT);
        if (activation === "relu6") assembler.minimum(RESULT, sums.constant(6), RESULT);
        assembler.store(pixel, RESULT);
      }
    }
  };
  const startTile = () => {
    if (bias) assembler.copy(BIASES, FIRST_BIAS);
  };
  forTiles(assembler, shape, startTile, body, bias ? [PIXELS, PLANES, BIASES] : [PIXELS, PLANES]);
  return assembler.finish();
}
