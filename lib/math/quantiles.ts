/** Number of key bits that the first of two passes counts by. */
const HIGH_BITS = 16;

/** Maps the bits of a float32 to an unsigned integer of the same order. */
function sortKey(bits: number): number {
  return (bits & 0x80000000 ? ~bits : bits | 0x80000000) >>> 0;
}

/**
 * Returns exact quantiles, for integers and floating point: the smallest value that at least a share of all values does
 * not exceed.
 *
 * The first pass counts values by the upper half of their bits. The second counts the values of the bins that hold a
 * quantile by the lower half.
 *
 * @param values at least one, none NaN
 * @param shares each 0 to 1; at most 255
 */
export function quantiles(values: Uint8Array | Uint16Array | Float32Array, shares: readonly number[]): number[] {
  const ranks = shares.map((share) => Math.min(values.length, Math.max(1, Math.ceil(share * values.length))));
  if (!(values instanceof Float32Array)) {
    const counts = new Uint32Array(2 ** (8 * values.BYTES_PER_ELEMENT));
    for (let i = 0; i < values.length; i++) counts[values[i]]++;
    return ranks.map((rank) => find(counts, rank).bin);
  }
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const upper = new Uint32Array(2 ** HIGH_BITS);
  for (let i = 0; i < bits.length; i++) upper[sortKey(bits[i]) >>> HIGH_BITS]++;
  const places = ranks.map((rank) => find(upper, rank));
  // The index of a bin's counts in `lower`, from 1; 0 for a bin without a quantile.
  const slot = new Uint8Array(2 ** HIGH_BITS);
  const lower: Uint32Array[] = [];
  for (const { bin } of places) {
    if (slot[bin] === 0) slot[bin] = lower.push(new Uint32Array(2 ** HIGH_BITS));
  }
  for (let i = 0; i < bits.length; i++) {
    const key = sortKey(bits[i]), at = slot[key >>> HIGH_BITS];
    if (at > 0) lower[at - 1][key & 0xffff]++;
  }
  const word = new Uint32Array(1), value = new Float32Array(word.buffer);
  return places.map(({ bin, rank }) => {
    const key = (bin << HIGH_BITS | find(lower[slot[bin] - 1], rank).bin) >>> 0;
    word[0] = key & 0x80000000 ? key & 0x7fffffff : ~key;
    return value[0];
  });
}

/** Finds the bin that holds the value of a rank (from 1), and that value's rank within the bin. */
function find(counts: Uint32Array, rank: number): { bin: number; rank: number } {
  let bin = 0, below = 0;
  while (below + counts[bin] < rank) below += counts[bin++];
  return { bin, rank: rank - below };
}
