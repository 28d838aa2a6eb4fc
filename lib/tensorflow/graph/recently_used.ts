/** A least-recently-used cache: beyond its limit, the values that were used longest ago are evicted first. */
export class RecentlyUsed<V> {
  readonly #values = new Map<string, V>();
  readonly #limit: number;
  readonly #evict: (value: V) => void;
  readonly #isBusy: (value: V) => boolean;

  /**
   * @param limit maximum number of values, at least 1
   * @param evict called once with each value that is removed
   * @param isBusy whether a value must not be evicted yet; the cache exceeds its limit while too many are busy, until
   * `trim` is called
   */
  constructor(limit: number, evict: (value: V) => void, isBusy: (value: V) => boolean = () => false) {
    this.#limit = limit;
    this.#evict = evict;
    this.#isBusy = isBusy;
  }

  get size(): number {
    return this.#values.size;
  }

  /** Returns the value of a key and marks it as the most recently used. */
  get(key: string): V | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    // A map keeps the order of insertion.
    this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  /** Stores a value under a new key. */
  set(key: string, value: V): void {
    this.#values.set(key, value);
    this.#trim(key);
  }

  /** Evicts values beyond the limit. Call it when a value is no longer busy. */
  trim(): void {
    this.#trim();
  }

  #trim(except?: string): void {
    for (const [key, value] of this.#values) {
      if (this.#values.size <= this.#limit) break;
      if (key === except || this.#isBusy(value)) continue;
      this.#values.delete(key);
      this.#evict(value);
    }
  }

  /** Evicts all values. */
  clear(): void {
    const values = [...this.#values.values()];
    this.#values.clear();
    for (const value of values) this.#evict(value);
  }
}
