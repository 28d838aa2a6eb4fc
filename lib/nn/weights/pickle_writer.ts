/** Opcodes of Python's pickle, protocol 2 (PEP 307). */
const OP = {
  protocol: 0x80,
  mark: 0x28,
  emptyTuple: 0x29,
  tuple: 0x74,
  tuples: [0x85, 0x86, 0x87],
  byte: 0x4b,
  short: 0x4d,
  integer: 0x4a,
  long: 0x8a,
  text: 0x58,
  false: 0x89,
  global: 0x63,
  reduce: 0x52,
  setItem: 0x73,
  setItems: 0x75,
  persistent: 0x51,
  put: 0x71,
  get: 0x68,
  stop: 0x2e,
} as const;

/** Most pairs that Python sets at once. */
const BATCH = 1000;

/** Writes values as a pickle, as far as a dictionary of tensors needs it. Names and repeated texts are written once. */
export class PickleWriter {
  readonly #bytes: number[] = [OP.protocol, 2];
  /** The place in the memo of each value that is written more than once. */
  readonly #memo = new Map<string, number>();

  /** Writes a value, or a reference to it if it has been written. */
  #shared(key: string, write: () => void): void {
    const known = this.#memo.get(key);
    if (known !== undefined) {
      this.#bytes.push(OP.get, known);
      return;
    }
    write();
    this.#bytes.push(OP.put, this.#memo.size);
    this.#memo.set(key, this.#memo.size);
  }

  /** Writes a class or a function, such as `torch._utils` and `_rebuild_tensor_v2`. */
  global(module: string, name: string): void {
    this.#shared(
      `${module}\n${name}`,
      () => this.#bytes.push(OP.global, ...new TextEncoder().encode(`${module}\n${name}\n`)),
    );
  }

  /** Writes a text that is written once. */
  text(value: string): void {
    const bytes = new TextEncoder().encode(value), { length } = bytes;
    this.#bytes.push(OP.text, length & 0xff, length >> 8 & 0xff, length >> 16 & 0xff, length >> 24 & 0xff, ...bytes);
  }

  /** Writes a text that is written many times. */
  constant(value: string): void {
    this.#shared(`"${value}`, () => this.text(value));
  }

  /** Writes an integer of at least 0. */
  integer(value: number): void {
    const low = [0, 8, 16, 24].map((shift) => value >>> shift & 0xff);
    if (value < 2 ** 8) this.#bytes.push(OP.byte, value);
    else if (value < 2 ** 16) this.#bytes.push(OP.short, ...low.slice(0, 2));
    else if (value < 2 ** 31) this.#bytes.push(OP.integer, ...low);
    else {
      const high = Math.floor(value / 2 ** 32);
      this.#bytes.push(OP.long, 8, ...low, ...[0, 8, 16, 24].map((shift) => high >>> shift & 0xff));
    }
  }

  false(): void {
    this.#bytes.push(OP.false);
  }

  /** Writes a tuple of values, each by a call. */
  tuple(...items: readonly (() => void)[]): void {
    if (items.length === 0) {
      this.#bytes.push(OP.emptyTuple);
      return;
    }
    const short = items.length <= OP.tuples.length;
    if (!short) this.#bytes.push(OP.mark);
    for (const item of items) item();
    this.#bytes.push(short ? OP.tuples[items.length - 1] : OP.tuple);
  }

  /** Calls the function with the arguments that were written last. */
  reduce(): void {
    this.#bytes.push(OP.reduce);
  }

  /** Turns the value that was written last into what it refers to outside the pickle. */
  persistent(): void {
    this.#bytes.push(OP.persistent);
  }

  /** Sets the items of the dictionary that was written last; each pair is written by a call. */
  items(pairs: readonly (() => void)[]): void {
    for (let start = 0; start < pairs.length; start += BATCH) {
      const batch = pairs.slice(start, start + BATCH);
      if (batch.length > 1) this.#bytes.push(OP.mark);
      for (const pair of batch) pair();
      this.#bytes.push(batch.length > 1 ? OP.setItems : OP.setItem);
    }
  }

  /** Ends the pickle. */
  end(): Uint8Array {
    this.#bytes.push(OP.stop);
    return Uint8Array.from(this.#bytes);
  }
}
