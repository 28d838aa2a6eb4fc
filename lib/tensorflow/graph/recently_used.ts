/** Values under keys, of which those that were used longest ago are given up first. */
export class RecentlyUsed<V> {
  readonly #values = new Map<string, V>();
  readonly #limit: number;
  readonly #giveUp: (value: V) => void;
  readonly #isBusy: (value: V) => boolean;

  /**
   * @param limit most values that are kept, 1 or more
   * @param giveUp called once with each value that leaves
   * @param isBusy whether a value may not leave yet; more than `limit` stay while too many are busy, until `trim` is called
   */
  constructor(limit: number, giveUp: (value: V) => void, isBusy: (value: V) => boolean = () => false) {
    this.#limit = limit;
    this.#giveUp = giveUp;
    this.#isBusy = isBusy;
  }

  get size(): number {
    return this.#values.size;
  }

  /** The value under a key, which is then the one used last. */
  get(key: string): V | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    // A map keeps the order in which keys came.
    this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  /** Keeps a value under a new key. */
  set(key: string, value: V): void {
    this.#values.set(key, value);
    this.#trim(key);
  }

  /** Gives up what the limit leaves no room for: to be called when a value is no longer busy. */
  trim(): void {
    this.#trim();
  }

  #trim(except?: string): void {
    for (const [key, value] of this.#values) {
      if (this.#values.size <= this.#limit) break;
      if (key === except || this.#isBusy(value)) continue;
      this.#values.delete(key);
      this.#giveUp(value);
    }
  }

  /** Gives up all values. */
  clear(): void {
    const values = [...this.#values.values()];
    this.#values.clear();
    for (const value of values) this.#giveUp(value);
  }
}
