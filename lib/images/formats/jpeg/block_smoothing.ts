import type { ProgressiveComponent } from "./progressive_component.ts";
import { ZIGZAG } from "./zigzag.ts";

/** Weights of the mean levels of 5 × 5 blocks, row by row, × 256. */
type Weights = number[];

/**
 * Weights by which libjpeg-turbo estimates the first coefficients, in zigzag order from 1, if no AC coefficient is
 * known: kernels similar to derivatives of a Gaussian.
 */
// deno-fmt-ignore
const UNKNOWN: Weights[] = [
  [-1, -1, 0, 1, 1, -3, 13, 0, -13, 3, -3, 38, 0, -38, 3, -3, 13, 0, -13, 3, -1, -1, 0, 1, 1],
  [-1, -3, -3, -3, -1, -1, 13, 38, 13, -1, 0, 0, 0, 0, 0, 1, -13, -38, -13, 1, 1, 3, 3, 3, 1],
  [0, 0, 1, 0, 0, 0, 2, 7, 2, 0, 0, -5, -14, -5, 0, 0, 2, 7, 2, 0, 0, 0, 1, 0, 0],
  [-1, 0, 0, 0, 1, 0, 9, 0, -9, 0, 0, 0, 0, 0, 0, 0, -9, 0, 9, 0, 1, 0, 0, 0, -1],
  [0, 0, 0, 0, 0, 0, 2, -5, 2, 0, 1, 7, -14, 7, 1, 0, 2, -5, 2, 0, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 1, 0, -1, 0, 0, 2, 0, -2, 0, 0, 1, 0, -1, 0, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 1, -3, 1, 0, 0, 0, 0, 0, 0, 0, -1, 3, -1, 0, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 1, 0, -1, 0, 0, -3, 0, 3, 0, 0, 1, 0, -1, 0, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 1, 2, 1, 0, 0, 0, 0, 0, 0, 0, -1, -2, -1, 0, 0, 0, 0, 0, 0],
];
/** Weights for the mean level in that case. */
// deno-fmt-ignore
const LEVEL: Weights = [
  -2, -6, -8, -6, -2, -6, 6, 42, 6, -6, -8, 42, 152, 42, -8, -6, 6, 42, 6, -6, -2, -6, -8, -6, -2,
];
/** Weights for the first five coefficients if others are known: ITU-T T.81, K.8, with a larger window. */
// deno-fmt-ignore
const PARTLY_KNOWN: Weights[] = [
  [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -7, 50, 0, -50, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  [0, 0, -7, 0, 0, 0, 0, 50, 0, 0, 0, 0, 0, 0, 0, 0, 0, -50, 0, 0, 0, 0, 7, 0, 0],
  [0, 0, -1, 0, 0, 0, 0, 13, 0, 0, 0, 0, -24, 0, 0, 0, 0, 13, 0, 0, 0, 0, -1, 0, 0],
  [0, -1, 0, 1, 0, -1, 10, 0, -10, 1, 0, 0, 0, 0, 0, 1, -10, 0, 10, -1, 0, 1, 0, -1, 0],
  [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 13, -24, 13, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
];
const ESTIMATED = 9;
const levels = new Int32Array(25);

/**
 * Returns whether scans are missing, so that libjpeg estimates coefficients from the surrounding blocks: some of the
 * first nine are then not known to the last bit.
 */
export function smoothingHelps(components: ProgressiveComponent[]): boolean {
  const places = Array.from({ length: ESTIMATED }, (_, i) => i + 1);
  const divisible = components.every(({ quantization }) => [0, ...places].every((k) => quantization[ZIGZAG[k]] !== 0));
  return divisible && components.some(({ lowestBits }) => places.some((k) => lowestBits[k] !== 0));
}

/** Returns the rows of blocks from two above to two below; at the borders, the last row is repeated. */
function surroundingRows({ component }: ProgressiveComponent, row: number): number[] {
  const { vertical, rows, paddedRows } = component;
  const units = paddedRows / vertical, unit = Math.floor(row / vertical);
  // Like libjpeg: in the last row of minimum coded units, rows are counted as if all had as many rows of blocks.
  const rowsHere = unit < units - 1 ? vertical : rows % vertical || vertical;
  const index = unit * rowsHere + row % vertical, count = rowsHere * units;
  const above = index > 0 ? row - 1 : row, below = index < count - 1 ? row + 1 : row;
  return [index > 1 ? row - 2 : above, above, row, below, index < count - 2 ? row + 2 : below];
}

function readLevels(target: ProgressiveComponent, row: number, column: number): void {
  const { component: { columns, paddedColumns }, coefficients } = target;
  let at = 0;
  for (const y of surroundingRows(target, row)) {
    for (let x = column - 2; x <= column + 2; x++) {
      const inside = Math.max(0, Math.min(columns - 1, x));
      levels[at++] = coefficients[(y * paddedColumns + inside) * 64];
    }
  }
}

/** Estimates a coefficient, rounded, before multiplication by its quantisation step. */
function estimate(weights: Weights, levelStep: number, step: number): number {
  let sum = 0;
  for (let i = 0; i < 25; i++) sum += weights[i] * levels[i];
  sum *= levelStep;
  return Math.sign(sum) * Math.floor((step * 128 + Math.abs(sum)) / (step * 256));
}

/**
 * Copies a block and estimates its first coefficients that are zero and not fully known from the mean levels of the
 * surrounding 5 × 5 blocks, like libjpeg-turbo for progressive pictures without their later scans.
 */
export function smoothBlock(target: ProgressiveComponent, row: number, column: number, block: Int16Array): void {
  const { component, coefficients, quantization, lowestBits } = target;
  const at = (row * component.paddedColumns + column) * 64;
  block.set(coefficients.subarray(at, at + 64));
  readLevels(target, row, column);
  const unknown = lowestBits.subarray(1, 1 + ESTIMATED).every((bit) => bit < 0);
  (unknown ? UNKNOWN : PARTLY_KNOWN).forEach((weights, i) => {
    const place = ZIGZAG[i + 1], bit = lowestBits[i + 1];
    if (bit === 0 || block[place] !== 0) return;
    const value = estimate(weights, quantization[0], quantization[place]);
    const limit = bit > 0 ? (1 << bit) - 1 : Infinity;
    block[place] = Math.max(-limit, Math.min(limit, value));
  });
  if (unknown) block[0] = estimate(LEVEL, quantization[0], quantization[0]);
}
