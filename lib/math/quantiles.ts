/** Bits of the first of two passes over 32-bit keys. */
const HIGH_BITS = 16;

/** A number that orders as a float32 does. */
function sortKey(bits: number): number {
  return (bits & 0x80000000 ? ~bits : bits | 0x80000000) >>> 0;
}

/**
 * The smallest values that at least a share of all values does not exceed: exact, of whole numbers and in floating point.
 *
 * Values are counted by the upper half of their bits, and those of a half that a share falls into by the lower half.
 *
 * @param values at least one, none NaN
 * @param shares each 0 to 1; 255 at most
 */
export function quantiles(values: Uint8Array | Uint16Array | Float32Array, shares: readonly number[]): number[] {
  const wanted = shares.map((share) => Math.min(values.length, Math.max(1, Math.ceil(share * values.length))));
  if (!(values instanceof Float32Array)) {
    const counts = new Uint32Array(2 ** (8 * values.BYTES_PER_ELEMENT));
    for (let i = 0; i < values.length; i++) counts[values[i]]++;
    return wanted.map((rank) => find(counts, rank).bin);
  }
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const upper = new Uint32Array(2 ** HIGH_BITS);
  for (let i = 0; i < bits.length; i++) upper[sortKey(bits[i]) >>> HIGH_BITS]++;
  const places = wanted.map((rank) => find(upper, rank));
  // Which of the counts below an upper half has, counted from 1.
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

/** The bin that holds the value of a rank (from 1), and that value's rank within the bin. */
function find(counts: Uint32Array, rank: number): { bin: number; rank: number } {
  let bin = 0, below = 0;
  while (below + counts[bin] < rank) below += counts[bin++];
  return { bin, rank: rank - below };
}
