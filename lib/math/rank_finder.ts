/** Number of key bits that the first of two passes counts by. */
const HIGH_BITS = 16;

/** Values whose ranks can be found. */
export type RankedValues = Uint8Array | Uint16Array | Float32Array;

/** Maps the bits of a float32 to an unsigned integer of the same order. */
function sortKey(bits: number): number {
  return (bits & 0x80000000 ? ~bits : bits | 0x80000000) >>> 0;
}

/**
 * Finds values by their rank, exactly, in values that need not be in memory together. Integers are counted in one pass.
 * Floating point takes two: the first counts values by the upper half of their bits, the second counts the values of the
 * bins that hold a wanted rank by the lower half.
 */
export class RankFinder {
  readonly #isFloat: boolean;
  readonly #counts: Float64Array;
  #total = 0;
  #places: { bin: number; rank: number }[] = [];
  /** The index of a bin's counts in `#lower`, from 1; 0 for a bin without a wanted rank. */
  readonly #slots = new Uint8Array(2 ** HIGH_BITS);
  readonly #lower: Float64Array[] = [];

  /** @param bits of each value; 32 is floating point */
  constructor(bits: 8 | 16 | 32) {
    this.#isFloat = bits === 32;
    this.#counts = new Float64Array(2 ** Math.min(bits, HIGH_BITS));
  }

  /** Number of values. */
  get total(): number {
    return this.#total;
  }

  /** Counts values, none NaN, in the first pass. */
  count(values: RankedValues): void {
    const counts = this.#counts;
    this.#total += values.length;
    if (!(values instanceof Float32Array)) { for (let i = 0; i < values.length; i++) counts[values[i]]++; }
    else {
      const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
      for (let i = 0; i < bits.length; i++) counts[sortKey(bits[i]) >>> HIGH_BITS]++;
    }
  }

  /**
   * Ends the first pass.
   *
   * @param ranks from 1 to {@linkcode total}; at most 255
   * @returns whether the second pass is needed
   */
  select(ranks: readonly number[]): boolean {
    this.#places = ranks.map((rank) => find(this.#counts, rank));
    if (!this.#isFloat) return false;
    for (const { bin } of this.#places) {
      if (this.#slots[bin] === 0) this.#slots[bin] = this.#lower.push(new Float64Array(2 ** HIGH_BITS));
    }
    return true;
  }

  /** Counts the same values in the second pass. */
  refine(values: RankedValues): void {
    const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
    const slots = this.#slots, lower = this.#lower;
    for (let i = 0; i < bits.length; i++) {
      const key = sortKey(bits[i]), slot = slots[key >>> HIGH_BITS];
      if (slot > 0) lower[slot - 1][key & 0xffff]++;
    }
  }

  /** Returns the values of the selected ranks. */
  found(): number[] {
    if (!this.#isFloat) return this.#places.map(({ bin }) => bin);
    const word = new Uint32Array(1), value = new Float32Array(word.buffer);
    return this.#places.map(({ bin, rank }) => {
      const key = (bin << HIGH_BITS | find(this.#lower[this.#slots[bin] - 1], rank).bin) >>> 0;
      word[0] = key & 0x80000000 ? key & 0x7fffffff : ~key;
      return value[0];
    });
  }
}

/** Finds the bin that holds the value of a rank (from 1), and that value's rank within the bin. */
function find(counts: Float64Array, rank: number): { bin: number; rank: number } {
  let bin = 0, below = 0;
  while (below + counts[bin] < rank) below += counts[bin++];
  return { bin, rank: rank - below };
}
