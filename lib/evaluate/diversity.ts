/** Measures of the agreement between two members' correctness (Kuncheva & Whitaker 2003). */
export interface PairDiversity {
  /** Yule's Q: 0 for independent members, 1 if they err on the same pixels, −1 on different ones. */
  q: number;
  /** Correlation of correctness. */
  correlation: number;
  /** Fraction of the pixels on which exactly one is correct. */
  disagreement: number;
  /** Fraction of the pixels on which both are wrong. */
  doubleFault: number;
}

/** Measures of the diversity of an ensemble's members. */
export interface Diversity extends PairDiversity {
  /** Kohavi & Wolpert's variance: mean of k (L − k) / L² over pixels on which k of L members are correct. */
  kohaviWolpert: number;
  /** Fraction of the pixels on which exactly k members are correct, k from 0 to L. */
  right: number[];
  /** Members' mean fraction of correct pixels. */
  accuracy: number;
}

/** Counts of the pixels on which members are correct, from which measures of diversity follow. */
export class DiversityCounts {
  readonly #pairs: Float64Array;
  readonly #right: Float64Array;
  #pixels = 0;

  /** @param members number of members */
  constructor(readonly members: number) {
    this.#pairs = new Float64Array(4 * members * members);
    this.#right = new Float64Array(members + 1);
  }

  /**
   * Adds an image's pixels.
   *
   * @param maps the members' probability maps
   * @param truth foreground if larger than 0
   * @param counts returns whether a pixel counts. Default: those that are foreground in the truth or in any member's
   * map.
   */
  add(
    maps: readonly ArrayLike<number>[],
    truth: ArrayLike<number>,
    threshold = 0.5,
    counts?: (pixel: number, anyMember: boolean) => boolean,
  ): void {
    const { members } = this;
    const right = new Uint8Array(members);
    for (let i = 0; i < truth.length; i++) {
      const foreground = truth[i] > 0;
      let any = false, k = 0;
      for (let m = 0; m < members; m++) {
        const found = maps[m][i] > threshold;
        any ||= found;
        right[m] = found === foreground ? 1 : 0;
        k += right[m];
      }
      if (counts ? !counts(i, any) : !(foreground || any)) continue;
      this.#pixels++;
      this.#right[k]++;
      for (let a = 0; a < members; a++) {
        for (let b = a + 1; b < members; b++) this.#pairs[4 * (a * members + b) + 2 * right[a] + right[b]]++;
      }
    }
  }

  /** Returns the measures of one pair of members. */
  pair(a: number, b: number): PairDiversity {
    const at = 4 * (Math.min(a, b) * this.members + Math.max(a, b));
    const [both0, second, first, both1] = this.#pairs.subarray(at, at + 4);
    const n = both0 + second + first + both1;
    const product = both1 * both0, cross = first * second;
    const margins = (both1 + first) * (second + both0) * (both1 + second) * (first + both0);
    return {
      q: product + cross > 0 ? (product - cross) / (product + cross) : 0,
      correlation: margins > 0 ? (product - cross) / Math.sqrt(margins) : 0,
      disagreement: (first + second) / n,
      doubleFault: both0 / n,
    };
  }

  /** Returns the measures of all members, averaged over the pairs. */
  result(): Diversity {
    const { members } = this;
    const pairs: PairDiversity[] = [];
    for (let a = 0; a < members; a++) for (let b = a + 1; b < members; b++) pairs.push(this.pair(a, b));
    const mean = (measure: (pair: PairDiversity) => number) =>
      pairs.reduce((sum, pair) => sum + measure(pair), 0) / pairs.length;
    const right = Array.from(this.#right, (count) => count / this.#pixels);
    return {
      q: mean(({ q }) => q),
      correlation: mean(({ correlation }) => correlation),
      disagreement: mean(({ disagreement }) => disagreement),
      doubleFault: mean(({ doubleFault }) => doubleFault),
      kohaviWolpert: right.reduce((sum, share, k) => sum + share * k * (members - k) / members ** 2, 0),
      right,
      accuracy: right.reduce((sum, share, k) => sum + share * k / members, 0),
    };
  }
}

/** Returns whether any member predicts a pixel as foreground or, with `foreground` false, as background. */
export function anyMemberPredicts(
  maps: readonly ArrayLike<number>[],
  pixel: number,
  foreground: boolean,
  threshold = 0.5,
): boolean {
  // A loop is faster than `some`, and this runs for every pixel.
  for (let m = 0; m < maps.length; m++) if (maps[m][pixel] > threshold === foreground) return true;
  return false;
}

/** Makes the map (0 or 1) that is wrong only where every member is: the upper bound of choosing a member per pixel. */
export function pixelOracle(
  maps: readonly ArrayLike<number>[],
  truth: ArrayLike<number>,
  threshold = 0.5,
): Float32Array {
  const out = new Float32Array(truth.length);
  for (let i = 0; i < truth.length; i++) {
    const foreground = truth[i] > 0;
    if (anyMemberPredicts(maps, i, foreground, threshold) === foreground) out[i] = 1;
  }
  return out;
}
