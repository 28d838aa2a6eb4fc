/** Bits of a probability, and its initial value: one half. */
const PROBABILITY_BITS = 11, HALF = 1 << 10;
const ADAPTATION = 5;

/** Makes probabilities that a bit is 0, all one half. */
export function probabilities(count: number): Uint16Array {
  return new Uint16Array(count).fill(HALF);
}

/** Indices in a decoder's state: its range, its code, and the offset of the next byte. */
const RANGE = 0, CODE = 1, AT = 2;

/** LZMA's binary range decoder; after the end of the data it reads zeros. */
export class RangeDecoder {
  /** An array, because 32-bit numbers in fields are stored as floating point, which is three times as slow. */
  readonly #state = new Int32Array(3);

  constructor(readonly bytes: Uint8Array) {}

  /** Offset of the next byte. */
  get at(): number {
    return this.#state[AT];
  }

  /** Starts with the five bytes at `at`. Returns false if they are not a valid beginning. */
  start(at: number): boolean {
    const { bytes } = this;
    this.#state[RANGE] = -1;
    this.#state[CODE] = (bytes[at + 1] << 24) | (bytes[at + 2] << 16) | (bytes[at + 3] << 8) | bytes[at + 4];
    this.#state[AT] = at + 5;
    return bytes[at] === 0;
  }

  /** Decodes a bit with an adaptive probability. */
  bit(model: Uint16Array, index: number): 0 | 1 {
    const state = this.#state, probability = model[index];
    let range = state[RANGE], code = state[CODE];
    const bound = Math.imul(range >>> PROBABILITY_BITS, probability);
    const bit = code >>> 0 < bound >>> 0 ? 0 : 1;
    if (bit === 0) {
      range = bound;
      model[index] = probability + (((1 << PROBABILITY_BITS) - probability) >> ADAPTATION);
    } else {
      range -= bound;
      code -= bound;
      model[index] = probability - (probability >> ADAPTATION);
    }
    if (range >>> 24 === 0) {
      range <<= 8;
      code = (code << 8) | this.bytes[state[AT]++];
    }
    state[RANGE] = range;
    state[CODE] = code;
    return bit;
  }

  /** Decodes a number of `bits` bits, the highest first, each with a model for the preceding bits, from `offset` on. */
  tree(model: Uint16Array, offset: number, bits: number): number {
    let symbol = 1;
    for (let i = 0; i < bits; i++) symbol = (symbol << 1) | this.bit(model, offset + symbol);
    return symbol - (1 << bits);
  }

  /** Decodes a number like {@linkcode tree}, but with the lowest bit first. */
  reverseTree(model: Uint16Array, offset: number, bits: number): number {
    let symbol = 1, value = 0;
    for (let i = 0; i < bits; i++) {
      const bit = this.bit(model, offset + symbol);
      symbol = (symbol << 1) | bit;
      value |= bit << i;
    }
    return value;
  }

  /** Decodes a number of `bits` bits with probabilities of one half, the highest first. */
  direct(bits: number): number {
    const state = this.#state;
    let range = state[RANGE], code = state[CODE], value = 0;
    for (let i = 0; i < bits; i++) {
      range >>>= 1;
      code -= range;
      // −1 if the difference is negative: the bit is 0. A branch would be mispredicted half the time.
      const below = code >> 31;
      code += range & below;
      value = (value << 1) + 1 + below;
      if (range >>> 24 === 0) {
        range <<= 8;
        code = (code << 8) | this.bytes[state[AT]++];
      }
    }
    state[RANGE] = range;
    state[CODE] = code;
    return value;
  }
}
