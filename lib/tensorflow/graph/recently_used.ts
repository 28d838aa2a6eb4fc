/** Values under keys, of which those that were used longest ago are given up first. */
export class RecentlyUsed<V> {
  readonly #values = new Map<string, V>();
  readonly #limit: number;
  readonly #giveUp: (value: V) => void;
  readonly #isBusy: (value: V) => boolean;

  /**
   * @param limit most values that are kept, 1 or more
   * @param giveUp called once with each value that leaves
   * @param isBusy whether a value may not leave yet; more than `limit` stay while too many are busy
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
    for (const [old, oldValue] of this.#values) {
      if (this.#values.size <= this.#limit) break;
      if (old === key || this.#isBusy(oldValue)) continue;
      this.#values.delete(old);
      this.#giveUp(oldValue);
    }
  }

  /** Gives up all values. */
  clear(): void {
    const values = [...this.#values.values()];
    this.#values.clear();
    for (const value of values) this.#giveUp(value);
  }
}
