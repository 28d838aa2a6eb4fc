/** Index in a block, row by row, of each coefficient in zigzag order (ITU-T T.81, figure 5). */
export const ZIGZAG = new Uint8Array(64);

// The order follows the diagonals and changes direction at each end.
for (let diagonal = 0, at = 0; diagonal < 15; diagonal++) {
  const low = Math.max(0, diagonal - 7), high = Math.min(7, diagonal);
  for (let i = low; i <= high; i++) {
    const row = diagonal % 2 ? i : low + high - i;
    ZIGZAG[at++] = row * 8 + diagonal - row;
  }
}
