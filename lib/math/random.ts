/**
 * A seeded stream of random numbers (sfc32, Chris Doty-Humphrey's small fast counter generator):
 * the same keys give the same stream on every machine.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** @param keys integers that identify the stream, such as seed, epoch and index */
  constructor(...keys: number[]) {
    let hash = 0x9e3779b9;
    const mix = (key: number) => {
      hash = Math.imul(hash ^ key, 0x85ebca6b);
      hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
      return hash ^= hash >>> 16;
    };
    for (const key of keys) mix(key | 0);
    [this.#a, this.#b, this.#c] = [mix(1), mix(2), mix(3)];
    for (let i = 0; i < 12; i++) this.next();
  }

  /** Returns a number in [0, 1) with 32 random bits. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum | 0;
    return (sum >>> 0) / 2 ** 32;
  }

  /** Returns an integer in [0, count). */
  integer(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** Returns a number in [low, high). */
  uniform(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Returns a sample of the standard normal distribution (Box & Muller 1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** Returns a sample of the Poisson distribution (Knuth's method; a normal approximation for means above 50). */
  poisson(mean: number): number {
    if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.next(); product > limit; product *= this.next()) count++;
    return count;
  }

  /** Returns the numbers 0 to count − 1 in random order (Fisher & Yates). */
  permutation(count: number): number[] {
    const order = Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }
}
