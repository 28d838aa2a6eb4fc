/** Pixels of a line of a tile: Winograd's F(2, 3) or F(4, 3). */
export type TileSize = 2 | 4;

/** The matrices of Winograd's minimal filtering of a line with three taps, `Aᵀ [(G g) ⊙ (Bᵀ d)]`. */
export interface WinogradMatrices {
  /** `Bᵀ`, `[products, products]`: of the pixels of a line. */
  input: readonly (readonly number[])[];
  /** `G`, `[products, 3]`: of the taps. */
  kernel: readonly (readonly number[])[];
  /** `Aᵀ`, `[pixels, products]`: of the products. */
  output: readonly (readonly number[])[];
}

/** The matrices by size of a tile (Lavin and Gray 2016, https://arxiv.org/abs/1509.09308). */
export const WINOGRAD_MATRICES: Readonly<Record<TileSize, WinogradMatrices>> = {
  2: {
    input: [[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]],
    kernel: [[1, 0, 0], [1 / 2, 1 / 2, 1 / 2], [1 / 2, -1 / 2, 1 / 2], [0, 0, 1]],
    output: [[1, 1, 1, 0], [0, 1, -1, -1]],
  },
  4: {
    input: [
      [4, 0, -5, 0, 1, 0],
      [0, -4, -4, 1, 1, 0],
      [0, 4, -4, -1, 1, 0],
      [0, -2, -1, 2, 1, 0],
      [0, 2, -1, -2, 1, 0],
      [0, 4, 0, -5, 0, 1],
    ],
    kernel: [
      [1 / 4, 0, 0],
      [-1 / 6, -1 / 6, -1 / 6],
      [-1 / 6, 1 / 6, -1 / 6],
      [1 / 24, 1 / 12, 1 / 6],
      [1 / 24, -1 / 12, 1 / 6],
      [0, 0, 1],
    ],
    output: [[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]],
  },
};

/**
 * Returns the matrix `[products², 9]` that transforms a 3 × 3 kernel: `G g Gᵀ` for each pair of channels.
 *
 * @param signs factors of the products along a line. Default: 1
 */
export function kernelMatrix(tile: TileSize, signs?: readonly number[]): Float32Array {
  const { kernel } = WINOGRAD_MATRICES[tile], sign = (i: number) => signs?.[i] ?? 1;
  return Float32Array.from(
    kernel.flatMap((rows, i) =>
      kernel.flatMap((columns, j) => rows.flatMap((a) => columns.map((b) => sign(i) * sign(j) * a * b)))
    ),
  );
}

/** Returns the number of products of a tile. */
export function productsOf(tile: TileSize): number {
  return WINOGRAD_MATRICES[tile].input.length ** 2;
}
