/** One of the eight symmetries of the square: transpose first, then reverse rows, then columns. */
export interface Symmetry {
  transpose: boolean;
  /** Whether the order of the rows is reversed. */
  rows: boolean;
  /** Whether the order of the columns is reversed. */
  columns: boolean;
}

/** The eight symmetries of the square: quarter turns and mirrorings. The first changes nothing. */
export const SYMMETRIES: readonly Symmetry[] = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => ({
  transpose: (i & 4) > 0,
  rows: (i & 1) > 0,
  columns: (i & 2) > 0,
}));
